// swift-format-ignore-file
/// The question bank of schemas/questions: written by tools/embed, never by hand.
package enum EmbeddedQuestions {
  /// File name and text, in the order of the names.
  package static let files: [(name: String, text: String)] = [
    ("contact.yaml", #"""
# How the customer wants to hear from us. Nothing is filled in for her. docs/questions.md describes every field.
questions:
  q-channel:
    text: By which channel do you like to hear from us?
    topic: contact.channel
    sensitivity: normal
    fills: channel
    purpose: relationship.survey
    askAgain: P24M
    afterDeclined: P6M
    contexts: [booking, till, phone, web, store]
    choices: [E-mail, Text message, Phone call, Letter, None of them]
    first: yes
    everybody: yes
  q-hours:
    text: When may we reach you, and how often at most?
    topic: contact.hours
    sensitivity: normal
    fills: cadence
    purpose: relationship.survey
    askAgain: P24M
    afterDeclined: P12M
    contexts: [booking, phone, web]
    everybody: yes

"""#),
    ("person.yaml", #"""
# Who the customer is. What may reveal a special category is asked only with her consent to keep the answer.
questions:
  q-lifestage:
    text: Has anything changed in your life that we should know about, such as a move or a child?
    topic: life.stage
    sensitivity: sensitive
    fills: lifestage
    purpose: care.lifestage
    askAgain: P12M
    afterDeclined: P24M
    contexts: [booking, phone, web]
    everybody: yes
  q-comfort:
    text: Is there anything we can do to make a visit easier for you?
    topic: special.t01
    sensitivity: special
    fills: need.special.t01
    purpose: care.comfort
    askAgain: P24M
    afterDeclined: never
    contexts: [booking, phone, web]
    everybody: yes
  q-mobility:
    text: How do you get around, day by day?
    topic: life.mobility
    sensitivity: normal
    fills: lifestyle.life.mobility
    purpose: relationship.survey
    askAgain: P24M
    afterDeclined: P12M
    contexts: [booking, phone, web, store]
    choices: [On foot, By bicycle, By bus or train, By car]
    everybody: yes
  q-distance:
    text: How long is your way to us?
    topic: visits.distance
    sensitivity: normal
    fills: answer
    purpose: analysis
    askAgain: P24M
    afterDeclined: P12M
    contexts: [till, store]
    everybody: yes

"""#),
    ("reasons.yaml", #"""
# Why the customer buys here, what she needs and holds important.
questions:
  q-reason:
    text: What made you choose us?
    topic: reasons.choose
    sensitivity: normal
    fills: reason.choose
    purpose: relationship.survey
    askAgain: never
    afterDeclined: P12M
    contexts: [till, phone, web, store]
    choices: [You are near, You have what I need, I like what you sell, I know my way here, Your prices, Your service]
    everybody: yes
  q-stay:
    text: What would you miss most if we closed?
    topic: reasons.stay
    sensitivity: normal
    fills: reason.stay
    purpose: relationship.survey
    askAgain: P24M
    afterDeclined: P12M
    contexts: [phone, web, store]
    everybody: yes
  q-value:
    text: What matters to you in the things you buy?
    topic: products.values
    sensitivity: normal
    fills: value
    purpose: relationship.survey
    askAgain: P24M
    afterDeclined: P12M
    contexts: [web, store]
    choices: [That they last, That they can be repaired, Where they are made, What they cost]
    everybody: yes

"""#),
    ("tastes.yaml", #"""
# What the customer likes: asked where history is too thin to recommend. A question about a topic that is hers comes first.
questions:
  q-cooking:
    text: How often do you cook?
    topic: kitchen.knives
    sensitivity: normal
    fills: answer
    purpose: marketing
    askAgain: P24M
    afterDeclined: P12M
    contexts: [web, store]
    choices: [Every day, On some days, Hardly ever]
  q-garden:
    text: What do you have of a garden?
    topic: garden.tools
    sensitivity: normal
    fills: answer
    purpose: marketing
    askAgain: P36M
    afterDeclined: P12M
    contexts: [web, store]
    choices: [A garden, A balcony, None]
  q-wine:
    text: Which wine do you like?
    topic: wine.red
    sensitivity: normal
    fills: preference.wine
    purpose: marketing
    askAgain: P24M
    afterDeclined: P12M
    contexts: [booking, web, store]
    choices: [Red, White, I do not drink wine]
  q-gifts:
    text: For which occasions do you look for presents?
    topic: gifts.occasions
    sensitivity: normal
    fills: interest.gifts
    purpose: marketing
    askAgain: P12M
    afterDeclined: P12M
    contexts: [web, store]

"""#),
  ]
}
