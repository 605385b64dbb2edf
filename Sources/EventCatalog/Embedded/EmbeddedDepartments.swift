// swift-format-ignore-file
/// The sharing plan of schemas/departments: written by tools/embed, never by hand.
package enum EmbeddedDepartments {
  /// File name and text, in the order of the names.
  package static let files: [(name: String, text: String)] = [
    ("compliance.yaml", #"""
# What compliance may see. docs/sharing.md describes the notation.
department: compliance
about: Proves that we did what people allowed and answered what they asked. It sees permissions, requests and decisions, not what people paid, and no word of theirs but about these.
purposes: [compliance]

sees:
  # Permissions, with the proof.
  notice.presented: all
  consent.requested: all
  consent.given:
    fields: all
    personal: [authid, evidence.reference]
  consent.confirmed:
    fields: all
    personal: [authid]
  consent.refused: all
  consent.revoked:
    fields: all
    personal: [authid]
  consent.withdrawn:
    fields: all
    personal: [authid, words, evidence.reference]
  objection.raised:
    fields: all
    personal: [authid, words, evidence.reference]
  optout.recorded:
    fields: all
    personal: [authid, words, evidence.reference]
  guardian.consented:
    fields: all
    personal: [authid, evidence.reference]
  channel.chosen:
    fields: all
    personal: [authid, evidence.reference]
  cadence.chosen:
    fields: all
    personal: [authid, evidence.reference]
  contact.paused: all
  contact.resumed: all
  signal.received: all
  conflict.confirmed: all
  registry.snapshot.loaded: all
  registry.matched: all
  registry.cleared: all
  relationship.invited: all
  relationship.declined: all
  # What a soft opt-in rests on.
  order.completed: [lines.topic, contactPointId, softOptIn, evidence]

  # Contacts against the decisions that allowed them.
  contact.decided: all
  contact.planned: all
  contact.sent: all
  contact.bounced: all
  contact.complained: all
  gift.sent: { allBut: [description, sender, cost] }

  # Rights, and who looked.
  request.received:
    fields: all
    personal: [text]
  request.verified: all
  request.fulfilled: all
  request.denied:
    fields: all
    personal: [text]
  request.withdrawn: all
  restriction.applied: all
  restriction.lifted: all
  data.exported: all
  erasure.requested: all
  data.erased: all
  erasure.acknowledged: all
  exclusion.decided:
    fields: all
    personal: [authid, reason]
  access.read:
    fields: all
    personal: [authid]
  question.asked: all
  inference.made: [model, modelVersion, topic, confidence, validUntil]
  inference.rejected: all

  # Whom it concerns, without name and address.
  customer.registered: [kind, country]
  contactpoint.added: { allBut: [timeZones] }
  contactpoint.verified: all
  contactpoint.invalidated: all
  profile.merged: all
  profile.unmerged: all
  profile.attribute.rectified: [path, evidence]
  death.notified: [notifiedBy]

  # The rules of the house.
  policy.published:
    fields: all
    personal: [authid]
  department.granted:
    fields: all
    personal: [authid]
  purpose.registered: all
  purpose.retired: all
  topic.registered: all
  schema.registered: all
  projection.subscribed: all
  projection.rebuilt: all
  ledger.recovered: all
  import.completed: all
  import.quarantined: all
  experiment.started: [experimentId, campaignId, goalId, arms]
  campaign.planned: all

contributes:
  - department.granted
  - erasure.requested
  - exclusion.decided
  - notice.presented
  - policy.published
  - purpose.registered
  - purpose.retired
  - request.denied
  - request.fulfilled
  - request.verified
  - restriction.applied
  - restriction.lifted
  - topic.registered

"""#),
    ("marketing.yaml", #"""
# What marketing may see. docs/sharing.md describes the notation.
department: marketing
about: Plans what to tell whom, and where to stay silent. It sees choices, contacts and answers, never an address, a complaint's words or a margin.
purposes: [marketing, relationship, sharing]

sees:
  # What the customer asked for.
  interest.stated: all
  preference.stated: all
  preference.retracted: all
  item.reacted: all
  advocacy.observed: all
  relationship.invited: all
  relationship.accepted: all
  relationship.declined: all

  # What she allowed, refused and chose.
  consent.given: [purpose, topic, channel, contactPoint, validityDuration]
  consent.requested: [purpose, topic, channel, contactPoint, expiresAt]
  consent.confirmed: all
  consent.refused: all
  consent.revoked: all
  consent.withdrawn: [purpose, topic, channel, contactPoint, route]
  objection.raised: [purpose, route]
  optout.recorded: [purpose, topic, channel, contactPoint, route, sendEventId]
  channel.chosen: [purpose, topic, channels, mode]
  cadence.chosen: [purpose, topic, channel, window, maxPer]
  contact.paused: all
  contact.resumed: [pauseEventId]
  signal.received: all
  registry.matched: all
  registry.cleared: all
  # A sale may carry a chance to refuse; of what was sold, the topic only.
  order.completed: [lines.topic, contactPointId, softOptIn]

  # Whom messages can reach at all. The address itself belongs to the sender.
  customer.registered: [kind, language, country]
  contactpoint.added: [contactPointId, kind, channels, timeZones]
  contactpoint.verified: all
  contactpoint.invalidated: all
  death.notified: [notifiedBy]

  # What went out, by any department, and what came back.
  contact.planned: all
  contact.decided: { allBut: [decidingEventId, knownAtPosition] }
  contact.sent: { allBut: [contentHash] }
  contact.delivered: all
  contact.bounced: all
  contact.responded: all
  contact.complained: all
  gift.sent: { allBut: [description, sender] }
  campaign.planned: all
  goal.defined: all
  experiment.started: { allBut: [seed] }
  experiment.assigned: all
  experiment.exposed: all
  experiment.concluded: all

contributes:
  - campaign.planned
  - contact.planned
  - contact.sent
  - experiment.started
  - experiment.concluded
  - gift.sent
  - goal.defined
  - relationship.invited

"""#),
    ("pricing.yaml", #"""
# What pricing may see. docs/sharing.md describes the notation.
department: pricing
about: Learns what prices and discounts do. It sees sums of groups, never who paid.
purposes: [analysis]
aggregateOnly: yes
k: 10

sees:
  order.completed: [orderId, lines, total]
  order.refunded: [orderId, lines, amount, reasonCode]
  order.cancelled: [orderId, lines, total, cancelledBy, reasonCode]
  contract.started: [contractId, topic, term, price]
  contract.renewed: all
  contract.ended: all
  configuration.chosen: [sku, topic, options]
  reason.given: all
  # What a discount or a campaign cost, and what it changed.
  credit.granted: [promiseId, amount, validUntil]
  credit.redeemed: [promiseId, amount, orderId]
  contact.sent: [purpose, topic, class, campaignId, cell, cost]
  gift.sent: [giftId, cost]
  campaign.planned: all
  goal.defined: all
  experiment.started: { allBut: [seed] }
  experiment.assigned: all
  experiment.exposed: [experimentId, arm]
  experiment.concluded: all

"""#),
    ("product.yaml", #"""
# What product development may see. docs/sharing.md describes the notation.
department: product
about: Learns what people need, use, send back and ask for. It knows no name and no address.
purposes: [analysis]

sees:
  item.reacted: all
  configuration.chosen: all
  # The words are what there is to learn here.
  need.stated:
    fields: all
    personal: [text]
  suggestion.made:
    fields: all
    personal: [text]
  suggestion.adopted: all
  value.stated: all
  reason.given: all
  complaint.opened: [complaintId, topic, severity, product, issue]
  feedback.given: [instrument, score, scaleMax]
  order.completed: [orderId, lines.sku, lines.topic, lines.label, lines.quantity, lines.lineTotal]
  order.refunded: [refundId, orderId, lines.sku, lines.topic, lines.label, lines.quantity, lines.lineTotal, reasonCode]
  order.cancelled: [cancellationId, orderId, lines.sku, lines.topic, lines.label, lines.quantity, lines.lineTotal, cancelledBy, reasonCode]

contributes:
  - suggestion.adopted

"""#),
    ("sales.yaml", #"""
# What sales may see. docs/sharing.md describes the notation.
department: sales
about: Knows what was sold, why people choose us, and what it is worth, with what we owe them beside it.
purposes: [marketing, service]

sees:
  order.completed: [orderId, lines, total, storeId]
  order.refunded: all
  order.cancelled: all
  contract.started: { allBut: [evidence] }
  contract.renewed: all
  contract.ended: all
  booking.created: all
  inquiry.received: [inquiryId, channel, topic]
  reason.given: all
  # No value without its relationship and its open promises (N49).
  relationship.declared:
    fields: [topic, declaredBy]
    personal: [relationshipType]
  relationship.reviewed: all
  credit.granted: [promiseId, amount, validUntil]
  credit.redeemed: [promiseId, amount]
  customer.registered: [kind, country]

contributes:
  - booking.created
  - contract.started
  - contract.renewed
  - contract.ended
  - order.completed
  - order.cancelled
  - reason.given

"""#),
    ("service.yaml", #"""
# What service may see. docs/sharing.md describes the notation.
department: service
about: Knows the customer by name and number, hears what went wrong, and keeps what we promised.
purposes: [service, safety, relationship]

sees:
  # Who stands at the counter or calls.
  customer.registered:
    fields: [kind, language]
    personal: [name]
  contactpoint.added:
    fields: all
    personal: [value]
  contactpoint.verified: all
  contactpoint.invalidated: all
  identifier.linked:
    fields: [idType, assurance]
    personal: [value]
  identifier.unlinked: all
  death.notified: [notifiedBy]
  exclusion.decided: [reasonCode, benefits, until]

  # What she said, and what we owe.
  inquiry.received:
    allBut: [evidence]
    personal: [text]
  complaint.opened:
    allBut: [evidence]
    personal: [text, wantedRemedy]
  complaint.resolved: all
  credit.granted:
    fields: all
    personal: [reason]
  credit.redeemed: all
  conversation.held:
    fields: all
    personal: [summary]
  feedback.given:
    fields: all
    personal: [text]
  # Whether she was asked, never what she answered.
  question.asked: all
  question.answered: all
  question.declined: all

  # Wishes to honour.
  preference.stated:
    fields: all
    personal: [value]
  preference.retracted: all
  preference.applied: all
  booking.created: all
  action.proposed: all
  benefit.granted: all
  benefit.used: all
  channel.chosen: [purpose, topic, channels, mode]
  cadence.chosen: [purpose, topic, channel, window, maxPer]
  contact.paused: all
  contact.resumed: [pauseEventId]

  # What it is about. What we earn on it is not service's business.
  order.completed: [orderId, lines.sku, lines.topic, lines.label, lines.quantity, lines.unitPrice, lines.lineTotal, total, storeId]
  order.refunded:
    allBut: [lines.margin]
    personal: [reason]
  order.cancelled:
    allBut: [lines.margin]
    personal: [reason]
  contract.started: [contractId, topic, term]
  contract.renewed: [contractId, term]
  contract.ended: all

  # How much we talk beside how much we listen.
  contact.sent: [department, purpose, topic, channel, class, occasionEventId, campaignId]
  contact.responded: all

contributes:
  - complaint.opened
  - complaint.resolved
  - contact.sent
  - conversation.held
  - credit.granted
  - credit.redeemed
  - feedback.given
  - inquiry.received
  - order.refunded
  - preference.applied
  - preference.stated
  - question.asked
  - question.answered

"""#),
    ("sites.yaml", #"""
# What site location may see. docs/sharing.md describes the notation.
department: sites
about: Learns where people come to us, by coarse area and month, in groups of ten or more.
purposes: [analysis]
aggregateOnly: yes
k: 10

sees:
  order.completed: [storeId]
  benefit.used: [storeId]
  credit.redeemed: [storeId]
  customer.registered: [country]
  reason.given: [stance, factor]

"""#),
  ]
}
