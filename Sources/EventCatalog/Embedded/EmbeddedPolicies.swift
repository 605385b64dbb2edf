// swift-format-ignore-file
/// The purposes and topics of schemas/policies: written by tools/embed, never by hand.
package enum EmbeddedPolicies {
  /// File name and text, in the order of the names.
  package static let files: [(name: String, text: String)] = [
    ("purposes.yaml", #"""
# The purposes and topics that a ledger begins with. docs/sharing.md describes the notation; the fields are those of the
# events purpose.registered and topic.registered. A company adds its own topics by events.
purposes:
  marketing:
    label: Advertising
    class: marketing
    lawfulBasis: gdpr.6-1-a
  marketing.newsletter:
    label: Newsletter
    class: marketing
    lawfulBasis: gdpr.6-1-a
  marketing.profiled:
    label: Advertising chosen from what you do
    class: marketing
    profiling: yes
    lawfulBasis: gdpr.6-1-a
  relationship.survey:
    label: Questions about how we did
    class: relationship
    lawfulBasis: gdpr.6-1-f
  service.receipt:
    label: Receipts
    class: transactional
    lawfulBasis: gdpr.6-1-b
    occasions: [order.completed]
    occasionWindow: P12M
  service.delivery:
    label: Delivery notes
    class: transactional
    lawfulBasis: gdpr.6-1-b
    occasions: [order.completed]
    occasionWindow: P12M
  service.reply:
    label: Answers to you
    class: transactional
    lawfulBasis: gdpr.6-1-b
    occasions: [inquiry.received, complaint.opened]
    occasionWindow: P30D
  service.promise:
    label: What we promised you
    class: transactional
    lawfulBasis: gdpr.6-1-b
    occasions: [credit.granted]
  service.consentConfirmation:
    label: Did you mean it?
    class: transactional
    lawfulBasis: gdpr.6-1-c
    occasions: [consent.requested]
    occasionWindow: P2D
    occasionMax: 1
  service.optOutConfirmation:
    label: Your no is noted
    class: transactional
    lawfulBasis: gdpr.6-1-c
    occasions: [optout.recorded]
    occasionWindow: PT5M
    occasionMax: 1
  safety.recall:
    label: Safety recalls
    class: mandatory
    lawfulBasis: gdpr.6-1-c
  sharing.advertising:
    label: Data to others for their advertising
    class: sharing
    lawfulBasis: gdpr.6-1-a
  analysis:
    label: Figures without contact
    class: internal
    lawfulBasis: gdpr.6-1-f
  compliance:
    label: What the law asks of us
    class: internal
    lawfulBasis: gdpr.6-1-c

topics:
  general:
    label: Nothing in particular
    sensitivity: normal

"""#),
  ]
}
