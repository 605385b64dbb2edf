/// What invented customers and staff say: plain sentences put together from parts. All of it is
/// made up.
enum PracticeWords {
  static func complaint(about product: String, _ random: inout SplitMix64) -> String {
    let product = plain(product)
    let opening = random.pick([
      "I am disappointed with the \(product).", "The \(product) is not what I ordered.",
      "I bought the \(product) from you and it did not last.",
      "Sorry to trouble you about the \(product).",
      "This is the second time I write about the \(product).",
      "My new \(product) has a fault.", "The \(product) came far too late.",
    ])
    let detail = random.pick([
      "One part was missing from the box.", "It broke on the first day.",
      "The colour has nothing to do with the picture.",
      "It smells of glue, even after a week outside.",
      "The parcel lay in the rain for two days.", "Nobody answered when I asked for help.",
      "The handle is loose and cannot be tightened.",
      "It is too small for what it says on the box.",
    ])
    let close = random.pick([
      "What can you do about it?", "I would like this put right.", "Please call me back.",
      "I still like your shop, so I hope you can help.", "I expected better.", "",
    ])
    return close.isEmpty ? "\(opening) \(detail)" : "\(opening) \(detail) \(close)"
  }

  /// A product's name without its colour.
  static func plain(_ label: String) -> String {
    String(label.prefix { $0 != "," })
  }

  static let stillWaiting = [
    "You promised me a credit and nobody at the till can find it.",
    "I asked about my credit last week. This is the second time.",
    "The credit you promised is still not there.",
  ]

  static let issues = [
    "arrived damaged", "part missing", "broke in use", "late delivery", "wrong article",
    "wrong price at the till", "unfriendly answer",
  ]

  static let remedies = [
    "A new one, please.", "My money back.", "Something off my next order.", "A repair is fine.",
    "Just tell me what went wrong.",
  ]

  static let creditReasons = [
    "We are sorry: the goods arrived damaged.", "For the wait and the second visit.",
    "Part missing from the parcel.", "Wrong price at the till; the difference and a little more.",
    "The promised delivery day was missed.",
  ]

  static let refundReasons = [
    "Sent back unused.", "The handle came off.", "It was a present and they have one already.",
    "Came a week after the party.", "Smaller than in the picture.",
  ]

  static let inquiries = [
    "Do you have this in a larger size?", "When will the delivery come?",
    "Can I bring back something without the receipt?", "Is the shop open on the holiday?",
    "How do I sharpen the knife I bought?", "Could you reserve one for me until Saturday?",
    "Which bag fits a rack of this width?", "Do you still run the evening of soups?",
  ]

  static let summaries = [
    "Talked about what to buy next; will come back in spring.",
    "Explained the return, and how to look after the pan.",
    "Advice on size; prefers to try things on.", "Asked for fewer letters; wrote down the wish.",
    "Told us about a long walking tour; good talk.", "Wanted to know how the lamp is repaired.",
  ]

  static let feedback = [
    "Quick and friendly.", "Took two calls until somebody knew.",
    "The parcel was packed with care.",
    "I had to explain everything twice.", "Good advice, no pushing.", "Fine.",
    "The queue at the till is too long on Saturdays.", "Nobody could find my order at first.",
  ]

  static let suggestions = [
    "Sell spare handles for the pans.", "A bench in front of the shop would be nice.",
    "Please offer the coffee beans in jars that we can bring back.",
    "A smaller size of the wool blanket.", "Let us pay with the credit in the app.",
    "Print the washing instructions larger.", "An evening course on darning socks.",
    "Mark the paths on the walking guide by difficulty.",
  ]

  static let offers = [
    "Two evenings a year, first look at new things, and you say which subjects we write about.",
    "Advice from one person who knows what you have at home, and free sharpening once a year.",
    "You tell us what you need; we keep to it and send nothing else.",
  ]

  static let reasons = [
    "You are on my way to work.", "Nobody else mends things.", "The prices have gone up too often.",
    "I like that you remember what I said.", "It is too much trouble to change.",
    "I found a shop that is nearer.", "You have the only good choice of notebooks.",
    "The last repair took five weeks.",
  ]

  static let stages = [
    "moved into a first flat", "a child was born", "retired this year", "the children moved out",
    "moved to the country", "studying again",
  ]

  static let lifestyles = [
    ("lifestyle.travel", "travels by train and bicycle"),
    ("lifestyle.food", "cooks for six every evening"),
    ("lifestyle.work", "works at night"), ("lifestyle.home", "lives on a boat"),
    ("lifestyle.outdoors", "outside in every weather"), ("lifestyle.home", "has two dogs"),
  ]

  static let noWords = [
    "Please take me off the list.", "No more advertising, thank you.", "Stop.",
    "Don't call me again.", "I never asked for this.", "Too many messages.",
  ]

  static let gifts = [
    "Bar of chocolate with the parcel", "Packet of seeds", "Calendar", "Bottle of red wine",
    "Hand-written card",
  ]

  static let exclusions = [
    "Returned used goods as new eleven times in a year.",
    "Threats against staff at the till; written record kept.",
  ]

  static let answersToRequests = [
    "Please send me everything you have stored about me.",
    "I would like a copy of my data that another shop can read.",
    "What do you know about me, and from where?",
  ]

  static let reviews = [
    "Still good; the customer said so.", "Less contact than before, at the customer's wish.",
    "Has become a friend of the house.",
  ]
}
