// swift-format-ignore-file
/// The permission policy, purposes and topics of schemas/policies: written by tools/embed, never by hand.
package enum EmbeddedPolicies {
  /// File name and text, in the order of the names.
  package static let files: [(name: String, text: String)] = [
    ("default.yaml", #"""
# What holds wherever a customer lives. Beside it stand one file for each regime, and purposes.yaml. docs/permission.md
# describes every value. Values of the law are defaults that counsel confirms; raise policyVersion with every change.
policyVersion: 1
# Of a customer whose country is not known.
defaultRegime: EU
# How long an order, and an inquiry, override the match of a do-not-call list.
relationshipOverride: {order: P18M, inquiry: P3M}
# Local time in which calls and text messages are allowed; 21:00 itself is quiet.
quietHours: {from: "08:00", to: "21:00", requestedWithin: PT10M}
# Of advertising and surveys, by all departments together.
companyCap: {count: 8, period: P7D}
# Whether advertising waits while a complaint is open.
complaintHold: yes
# How long an order or a contract makes a customer of somebody.
relationshipWindow: P24M
# Length of the pause after a declined invitation.
coolOff: P12M
# How far one STOP reaches on its channel.
stopScope: {purpose: marketing, topic: "*"}
# How long an answer may be acted on.
tokenLifetime: PT15M
channelOrder: [email, sms, push, inapp, whatsapp, post, voice]
# Pairs of topics that count as similar: [[products.shoes, products.boots]]
similarTopics: []

"""#),
    ("eu.yaml", #"""
# The European Union: ePrivacy Directive Art. 13, GDPR. Voice and post: to be confirmed by counsel.
regime: EU
# Countries and the time zones of their phones.
countries:
  DE: [Europe/Berlin]
# What a channel needs: optIn a yes, signedConsent a signed yes, optOut nothing until she says no.
basis:
  email: optIn
  sms: optIn
  voice: optIn
  push: optIn
  inapp: optIn
  whatsapp: optIn
  none: optIn
  post: optOut
  inperson: optOut
# Channels on which an order may stand in for a consent to similar things.
softOptIn: [email, sms]
# GDPR Art. 8; states may go down to 13.
minorAge: 16

"""#),
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
    ("uk.yaml", #"""
# The United Kingdom: PECR, UK GDPR. Voice and post: to be confirmed by counsel.
regime: UK
countries:
  GB: [Europe/London]
basis:
  email: optIn
  sms: optIn
  voice: optOut
  voice.recorded: optIn
  push: optIn
  inapp: optIn
  whatsapp: optIn
  none: optIn
  post: optOut
  inperson: optOut
softOptIn: [email, sms]
minorAge: 13
# Do-not-call lists of the law, and what overrides a match.
lists:
  uk-tps: {channel: voice, maxAge: P31D, overriddenBy: [signedConsent]}

"""#),
    ("us.yaml", #"""
# The United States: CAN-SPAM, TCPA, 16 CFR 310, 47 CFR 64.1200. To be confirmed by counsel.
regime: US
countries:
  US:
    - America/New_York
    - America/Chicago
    - America/Denver
    - America/Los_Angeles
    - America/Anchorage
    - Pacific/Honolulu
basis:
  email: optOut
  sms: signedConsent
  voice: optOut
  voice.recorded: signedConsent
  push: optIn
  inapp: optIn
  whatsapp: optIn
  none: optOut
  post: optOut
  inperson: optOut
softOptIn: []
# COPPA.
minorAge: 13
lists:
  us-dnc: {channel: voice, maxAge: P31D, overriddenBy: [signedConsent, relationship]}

"""#),
  ]
}
