// How the example of every event schema reads in a timeline. Who changes a line shows it here.

let summaryLinesOfExamples = """
  access.read: service looked at customer.cue for service.reply
  action.proposed: A wish fits something coming up: prepare.room was proposed
  advocacy.observed: Wrote a public review about products.shoes
  benefit.granted: Was given a benefit: One free repair, valid until 2027-03-01
  benefit.used: Used the benefit free-repair in store berlin-3
  booking.created: Booked travel.hotel, from 2026-05-01
  cadence.chosen: Set when marketing by e-mail may come: at most 2 in 1 month; mon, sat 09:00 to 18:00
  campaign.planned: Campaign spring-2026 was planned with 2 cells
  channel.chosen: Wants only e-mail and post for marketing about products.savings
  complaint.opened: Complained on the web about Running shoes: Sole came off (medium)
  complaint.resolved: Complaint X-2026-0042 was closed with credit; the customer agrees
  configuration.chosen: Put together BIKE-7 with 2 options
  conflict.confirmed: Kept a yes that a privacy signal speaks against
  consent.confirmed: Confirmed the yes to marketing.newsletter about products.shoes by e-mail (link)
  consent.given: Said yes to marketing.newsletter about products.shoes by e-mail (phone call)
  consent.refused: Refused marketing.newsletter about products.shoes by e-mail
  consent.requested: Was asked to confirm a yes to marketing.newsletter about products.shoes by e-mail
  consent.revoked: We ended the yes to marketing.newsletter (notice defect)
  consent.withdrawn: Took back the yes to marketing by e-mail (spoken)
  contact.bounced: A message did not arrive (hard bounce)
  contact.complained: Called a message unwanted, to the mailbox provider
  contact.decided: May we send marketing.newsletter about products.shoes by e-mail? Not before 2026-06-01
  contact.delivered: A message arrived
  contact.paused: Paused marketing until 2026-06-01
  contact.planned: Planned for 2026-04-01: marketing.newsletter about products.shoes by e-mail
  contact.responded: Clicked in a message
  contact.resumed: Ended a pause
  contact.sent: Was sent marketing.newsletter about products.shoes by e-mail
  contactpoint.added: Gained a phone number, added by the customer
  contactpoint.invalidated: Contact point cp1 no longer reaches the customer (hard bounce)
  contactpoint.verified: Contact point cp1 was verified by link
  contract.ended: The contract K-2026-0055 ended (by the customer)
  contract.renewed: Renewed the contract K-2026-0055 for 12 months
  contract.started: Began the contract K-2026-0055 on services.mobile for 24 months
  conversation.held: Talked with us by phone for 12 minutes; we learned 2 things
  credit.granted: We promised a credit of 20.00 EUR, valid until 2027-03-01
  credit.redeemed: Redeemed a credit of 20.00 EUR in store berlin-3
  customer.registered: Became known to us as a person
  data.erased: The customer's keys were destroyed (DSR-2026-0006)
  data.exported: A copy was handed over to the customer (JSON)
  death.notified: Reported to have died, by the executor
  department.granted: Department marketing may use data for marketing
  erasure.acknowledged: mailer has erased the customer as well
  erasure.requested: Erasure began (DSR-2026-0006)
  exclusion.decided: We narrowed the relationship (abuse)
  experiment.assigned: Was put into the arm control of the experiment x-spring-2026
  experiment.concluded: Experiment x-spring-2026 ended
  experiment.exposed: Met the arm treated of the experiment x-spring-2026
  experiment.started: Experiment x-spring-2026 began with 2 arms
  feedback.given: Rated satisfaction 4 of 5
  gift.sent: Was sent a present by post: Box of tea (9.50 EUR)
  goal.defined: Goal retention-2026 was set: retention by renewal-rate
  guardian.consented: A guardian said yes to marketing.newsletter about products.shoes by e-mail (signed form)
  identifier.linked: Linked a loyalty number (verified)
  identifier.unlinked: Unlinked an identifier: wrong person
  import.completed: Import example-orders is in: 997 rows, 3 set aside
  import.quarantined: Row 42 of an import was not applied (loosens permission)
  inference.made: We guessed something about products.shoes (model next-need)
  inference.rejected: Struck out a guess of ours
  inquiry.received: Asked us about products.shoes by e-mail
  interest.stated: Is interested in products.bikes
  item.reacted: Is not interested in SH-1042
  ledger.recovered: The ledger was opened after a fault
  lifestage.stated: Told us about a stage of life
  lifestyle.stated: Told us about a way of living: life.mobility
  need.stated: Told us about a need: products.shoes
  notice.presented: Was shown the notice newsletter, version v3
  objection.raised: Objected to marketing (letter)
  optout.recorded: Said no to marketing by text message (keyword)
  order.cancelled: Cancelled order O-2026-1001 worth 89.90 EUR (late)
  order.completed: Bought 2 lines for 101.90 EUR in store berlin-3
  order.refunded: Got 89.90 EUR back for order O-2026-1001 (defect)
  policy.published: Version 1 of the permission policy is in force
  preference.applied: A wish was honoured (booking B-2026-0107)
  preference.retracted: Took a wish back
  preference.stated: Stated a standing wish about travel.hotel (prefer)
  product.viewed: Looked at SH-1042 on the web
  profile.attribute.rectified: Corrected the birth date
  profile.merged: Found to be the same person as c0ffee00-0000-4000-8000-000000000002 (verified)
  profile.unmerged: Took a merge back: wrong person
  projection.rebuilt: View customer.cue was built anew (4200 rows)
  projection.subscribed: mailer follows marketing.cell
  purpose.registered: Purpose service.consentConfirmation was registered as transactional
  purpose.retired: Purpose marketing.newsletter is no longer used
  question.answered: Answered a question
  question.asked: We asked the question shoes-terrain by e-mail
  question.declined: Would rather not answer a question; may be asked again from 2027-03-01
  reason.given: Gave a reason to stay: service
  registry.cleared: Contact point cp2 is no longer on the list us-dnc
  registry.matched: Contact point cp2 came on to the list us-dnc
  registry.snapshot.loaded: The list us-dnc arrived (250000 rows)
  relationship.accepted: Accepted the invitation
  relationship.declared: Said what kind of relationship it is about products.shoes
  relationship.declined: Declined the invitation
  relationship.invited: Was invited to a relationship about products.shoes in person
  relationship.reviewed: The relationship was looked at again: it has changed
  request.denied: Request DSR-2026-0004 was denied (insufficient verification)
  request.fulfilled: Request DSR-2026-0004 was fulfilled
  request.received: Asked for access to the data (DSR-2026-0004), due on 2026-04-01
  request.verified: Request DSR-2026-0004 was verified by link
  request.withdrawn: Took the request DSR-2026-0004 back
  restriction.applied: Data are kept and not used (accuracy contested)
  restriction.lifted: Data may be used again
  schema.registered: Schema order.completed/2 is in force
  signal.received: A device sent the privacy signal GPC
  suggestion.adopted: We took up the suggestion S-2026-0008
  suggestion.made: Made a suggestion about products.shoes
  topic.registered: Topic products.shoes was registered (normal)
  value.stated: Told us what matters: products
  """
