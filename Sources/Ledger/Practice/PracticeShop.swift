/// The invented shop: what it sells, through which doors, and the wishes its customers have.
enum PracticeShop {
  /// Where a customer meets the shop. The door belongs to the event, never to the customer.
  enum Door: UInt8, CaseIterable {
    case web, app, store, phone

    /// Whether somebody of the shop enters what the customer says.
    var isStaffed: Bool { self == .store || self == .phone }

    var channel: String {
      switch self {
      case .web: "inapp.web"
      case .app: "inapp"
      case .store: "inperson"
      case .phone: "voice.live"
      }
    }
  }

  /// Pseudonyms of the staff.
  static let staff = (1...24).map { $0 < 10 ? "staff-0\($0)" : "staff-\($0)" }

  static let desks = ["/phone/desk-1", "/phone/desk-2", "/phone/desk-3"]

  struct Topic {
    let path: String
    let label: String
    let code: String
    let products: [String]
    /// Price of the first product; the others are dearer.
    let cents: Int
  }

  struct Product {
    let sku: String
    let topic: Int
    let label: String
    let cents: Int
  }

  static let topics = [
    Topic(
      path: "outdoor.tents", label: "Tents", code: "TN",
      products: ["two-person tent", "family tent", "tarp"], cents: 12_900),
    Topic(
      path: "outdoor.boots", label: "Walking boots", code: "BT",
      products: ["walking boots", "winter boots", "gaiters"], cents: 8_950),
    Topic(
      path: "outdoor.lamps", label: "Camping lamps", code: "LM",
      products: ["head torch", "camping lantern"], cents: 2_490),
    Topic(
      path: "kitchen.knives", label: "Kitchen knives", code: "KN",
      products: ["bread knife", "chef's knife", "paring knife", "whetstone"], cents: 2_990),
    Topic(
      path: "kitchen.pans", label: "Pots and pans", code: "PN",
      products: ["frying pan", "stock pot", "cast-iron casserole"], cents: 3_995),
    Topic(
      path: "kitchen.coffee", label: "Coffee", code: "CF",
      products: ["hand grinder", "moka pot", "coffee beans, 500 g"], cents: 1_290),
    Topic(
      path: "wine.red", label: "Red wine", code: "WR",
      products: ["red wine, dry", "red wine, box of six", "red wine, magnum"], cents: 995),
    Topic(
      path: "wine.white", label: "White wine", code: "WW",
      products: ["white wine, dry", "white wine, box of six"], cents: 895),
    Topic(
      path: "garden.tools", label: "Garden tools", code: "GT",
      products: ["hand trowel", "pruning shears", "watering can", "rake"], cents: 1_450),
    Topic(
      path: "garden.seeds", label: "Seeds", code: "GS",
      products: ["tomato seeds", "wild flower mix", "herb seeds"], cents: 295),
    Topic(
      path: "books.travel", label: "Travel books", code: "BK",
      products: ["road atlas", "walking guide"], cents: 1_999),
    Topic(
      path: "books.cooking", label: "Cookery books", code: "BC",
      products: ["book of soups", "book of breads"], cents: 2_499),
    Topic(
      path: "home.blankets", label: "Blankets", code: "BL",
      products: ["wool blanket", "picnic blanket"], cents: 5_900),
    Topic(
      path: "home.lamps", label: "Lamps", code: "HL",
      products: ["desk lamp", "reading lamp", "paper lampshade"], cents: 4_450),
    Topic(
      path: "bikes.parts", label: "Bicycle parts", code: "BP",
      products: ["bicycle chain", "brake pads", "dynamo light", "saddle"], cents: 1_690),
    Topic(
      path: "bikes.bags", label: "Bicycle bags", code: "BB",
      products: ["pannier", "handlebar bag"], cents: 6_490),
    Topic(
      path: "toys.wood", label: "Wooden toys", code: "TW",
      products: ["wooden train", "building blocks", "spinning top"], cents: 1_890),
    Topic(
      path: "paper.notebooks", label: "Notebooks", code: "NB",
      products: ["lined notebook", "sketch book", "desk diary"], cents: 750),
  ]

  /// Every product in two versions; the order is fixed, the popularity falls with it (``popular``).
  static let products: [Product] = {
    var products: [Product] = []
    for (place, topic) in topics.enumerated() {
      for (number, name) in topic.products.enumerated() {
        for (version, colour) in ["green", "grey"].enumerated() {
          products.append(
            Product(
              sku: "\(topic.code)-\(100 + 10 * number + version)", topic: place,
              label: "\(name), \(colour)", cents: topic.cents * (4 + 3 * number + version) / 4))
        }
      }
    }
    return products
  }()

  /// Places of the products of each topic.
  static let productsByTopic: [[Int]] = topics.indices.map { topic in
    products.indices.filter { products[$0].topic == topic }
  }

  /// A product: mostly of the topics she likes, else of what everybody buys.
  static func product(
    liked: (Int, Int, Int), _ random: inout SplitMix64
  ) -> Int {
    switch random.below(100) {
    case ..<40: return random.pick(productsByTopic[liked.0])
    case ..<60: return random.pick(productsByTopic[liked.1])
    case ..<70: return random.pick(productsByTopic[liked.2])
    default: return popular(random.unit())
    }
  }

  /// A product by popularity: the square of a uniform number makes the first ones frequent. 37 has
  /// no divisor in common with the count, so the steps mix the topics.
  private static func popular(_ uniform: Double) -> Int {
    let rank = Int(Double(products.count) * (uniform * uniform))
    return rank * 37 % products.count
  }

  struct Store {
    let id: String
    let till: String
    let country: PracticeCountry
  }

  static let stores = [
    ("berlin-1", PracticeCountry.germany), ("berlin-2", .germany), ("berlin-3", .germany),
    ("hamburg-1", .germany), ("leipzig-1", .germany), ("london-1", .britain),
    ("leeds-1", .britain), ("york-1", .britain), ("denver-1", .america), ("portland-1", .america),
    ("boston-1", .america),
  ].map { Store(id: $0.0, till: "/stores/\($0.0)/till", country: $0.1) }

  private static let germanStores = stores.filter { $0.country == .germany }
  private static let britishStores = stores.filter { $0.country == .britain }
  private static let americanStores = stores.filter { $0.country == .america }

  static func store(in country: PracticeCountry, _ random: inout SplitMix64) -> Store {
    switch country {
    case .germany, .unknown: random.pick(germanStores)
    case .britain: random.pick(britishStores)
    case .america: random.pick(americanStores)
    }
  }

  /// A wish that can be met every time: at a booking with such a slot, at an order, or at a visit.
  struct Wish {
    let topic: String
    let values: [String]
    /// Slot of a booking that it fills; nil for a wish about orders.
    let slot: String?
  }

  static let wishes = [
    Wish(
      topic: "courses.seat",
      values: ["a seat near the window", "a seat near the door", "a place at the back"],
      slot: "seat"),
    Wish(
      topic: "courses.drink",
      values: ["apple juice without ice", "still water", "peppermint tea", "coffee with oat milk"],
      slot: "drink"),
    Wish(
      topic: "courses.lunch",
      values: ["no nuts", "no meat", "a small portion", "bread without seeds"],
      slot: "lunch"),
    Wish(
      topic: "delivery.place",
      values: [
        "leave it behind the shed", "ring twice", "next door on the left", "never on Mondays",
      ],
      slot: nil),
    Wish(
      topic: "packing.paper", values: ["no plastic bags", "paper only", "old boxes are fine"],
      slot: nil),
    Wish(
      topic: "receipts.form", values: ["a printed receipt", "no printed receipt"], slot: nil),
    Wish(
      topic: "fitting.size", values: ["size 42, wide", "size 38", "gloves in large"], slot: nil),
  ]

  static let courses = [
    ("courses.cooking", "Evening of soups"), ("courses.wine", "Wine tasting"),
    ("courses.repair", "Mend your own bicycle"), ("courses.sharpening", "Sharpen your knives"),
  ]

  static let hobbies = [
    "hobbies.sailing", "hobbies.baking", "hobbies.birdwatching", "hobbies.cycling",
    "hobbies.camping", "hobbies.gardening", "hobbies.reading", "hobbies.drawing",
  ]

  static let needs = [
    ("needs.space", "Everything has to fit into a small flat."),
    ("needs.time", "I can only pick things up after eight in the evening."),
    ("needs.weight", "I carry everything up four floors, so light things please."),
    ("needs.repair", "I would rather have it mended than replaced."),
    ("needs.invoice", "I need a proper invoice for every purchase."),
    ("needs.quiet", "Nothing that hums, please."),
  ]

  static let values = [
    ("values.origin", "I want to know where things are made."),
    ("values.packaging", "The less packaging the better."),
    ("values.honesty", "Tell me when something is not worth its price."),
    ("values.local", "I like to buy from shops I can walk to."),
    ("values.durability", "Things should last ten years."),
  ]

  /// Questions of the practice bank: id, topic, answers.
  static let questions = [
    ("q-channel", "contact.channel", ["By e-mail.", "Please phone me.", "By post, nothing else."]),
    (
      "q-distance", "visits.distance",
      ["Ten minutes on foot.", "I come by bicycle.", "An hour by train."]
    ),
    ("q-cooking", "kitchen.knives", ["I cook every day.", "Only on Sundays.", "Hardly ever."]),
    (
      "q-garden", "garden.tools",
      ["A balcony with two boxes.", "A large garden.", "No garden, sadly."]
    ),
    ("q-camping", "outdoor.tents", ["Twice a year.", "Never again.", "As often as we can."]),
    ("q-gifts", "gifts.occasions", ["Birthdays.", "Only in winter.", "I do not like presents."]),
    ("q-wine", "wine.red", ["Dry red.", "White, if any.", "I do not drink."]),
    ("q-reading", "books.travel", ["Every evening.", "On the train."]),
  ]

  /// The topic whose name gives nothing away.
  static let specialTopic = "special.t01"
}
