/// The events of the house, which concern no single customer: policy, purposes, topics, campaigns. What departments may
/// see is the sharing plan's, which `Ledger.publishPlan` publishes.
enum HouseStep: Sendable {
  case policy, purpose, topic, goal, campaign, start, conclude, americanList,
    britishList
}

/// What the house remembers.
struct PracticeHouse: Sendable {
  /// Ordinals of the latest snapshots of the do-not-call lists.
  var americanList: Ordinal = 0
  var britishList: Ordinal = 0

  /// Events of the house in a whole history, about.
  static let events = 160

  /// The policy is the first event of all.
  static let policy: Ordinal = 1
  static let policyVersion = "practice-1"

  struct Purpose {
    let path: String
    let label: String
    let messageClass: String
    let basis: String
    var isProfiling = false
    var occasions: [String] = []
    var window: String?
    var isOnce = false
  }

  static let purposes = [
    Purpose(
      path: "marketing", label: "Advertising", messageClass: "marketing", basis: "gdpr.6-1-a"),
    Purpose(
      path: "marketing.newsletter", label: "Newsletter", messageClass: "marketing",
      basis: "gdpr.6-1-a"),
    Purpose(
      path: "marketing.profiled", label: "Advertising chosen from what you do",
      messageClass: "marketing", basis: "gdpr.6-1-a", isProfiling: true),
    Purpose(
      path: "relationship.survey", label: "Questions about how we did",
      messageClass: "relationship",
      basis: "gdpr.6-1-f"),
    Purpose(
      path: "service.receipt", label: "Receipts", messageClass: "transactional",
      basis: "gdpr.6-1-b", occasions: ["order.completed"], window: "P12M"),
    Purpose(
      path: "service.delivery", label: "Delivery notes", messageClass: "transactional",
      basis: "gdpr.6-1-b", occasions: ["order.completed"], window: "P12M"),
    Purpose(
      path: "service.reply", label: "Answers to you", messageClass: "transactional",
      basis: "gdpr.6-1-b", occasions: ["inquiry.received", "complaint.opened"], window: "P30D"),
    Purpose(
      path: "service.promise", label: "What we promised you", messageClass: "transactional",
      basis: "gdpr.6-1-b", occasions: ["credit.granted"]),
    Purpose(
      path: "service.consentConfirmation", label: "Did you mean it?",
      messageClass: "transactional", basis: "gdpr.6-1-c", occasions: ["consent.requested"],
      window: "P2D", isOnce: true),
    Purpose(
      path: "service.optOutConfirmation", label: "Your no is noted",
      messageClass: "transactional", basis: "gdpr.6-1-c", occasions: ["optout.recorded"],
      window: "PT5M", isOnce: true),
    Purpose(
      path: "safety.recall", label: "Safety recalls", messageClass: "mandatory",
      basis: "gdpr.6-1-c"),
    Purpose(
      path: "sharing.advertising", label: "Data to others for their advertising",
      messageClass: "sharing", basis: "gdpr.6-1-a"),
    Purpose(
      path: "analysis", label: "Figures without contact", messageClass: "internal",
      basis: "gdpr.6-1-f"),
    Purpose(
      path: "care.comfort", label: "What makes a visit possible for you",
      messageClass: "internal", basis: "gdpr.9-2-a"),
  ]

  struct Topic {
    let path: String
    let label: String
    var sensitivity = "normal"
  }

  static let topics: [Topic] = {
    let shop = PracticeShop.topics.map { Topic(path: $0.path, label: $0.label) }
    let courses = PracticeShop.courses.map { Topic(path: $0.0, label: $0.1) }
    let hobbies = PracticeShop.hobbies.map {
      Topic(path: $0, label: "Interest: \($0.dropFirst(8))")
    }
    return [Topic(path: "general", label: "Nothing in particular")] + shop + courses + hobbies + [
      Topic(path: "courses.seat", label: "Seat in a course"),
      Topic(path: "courses.drink", label: "Drink in a course"),
      Topic(path: "courses.lunch", label: "Food in a course"),
      Topic(path: "delivery.place", label: "How to deliver"),
      Topic(path: "packing.paper", label: "How to pack"),
      Topic(path: "receipts.form", label: "Receipt on paper or not"),
      Topic(path: "fitting.size", label: "Sizes", sensitivity: "sensitive"),
      Topic(path: "care.bicycle", label: "Yearly care of a bicycle"),
      // What it is about stands in no clear field.
      Topic(path: PracticeShop.specialTopic, label: "Special topic 1", sensitivity: "special"),
    ]
  }()
}

/// One campaign of the calendar: one a quarter, two of three of them experiments with an arm left
/// alone.
struct PracticeCampaign {
  /// From 1.
  let number: Int

  static let count = 10
  static let arms = ["control", "a", "b"]

  init?(number: Int) {
    guard (1...Self.count).contains(number) else { return nil }
    self.number = number
  }

  var dropAt: Int64 { PracticePeriod.start + Int64(70 + 84 * (number - 1)) * PracticePeriod.day }
  /// Customers are taken into it up to here.
  var closesAt: Int64 { dropAt + 42 * PracticePeriod.day }
  var isExperiment: Bool { number % 3 != 0 }
  var topic: Int { number * 5 % PracticeShop.topics.count }
  var goal: String { ["sales", "retention", "crossSell", "advocacy"][number % 4] }

  static func running(at time: Int64) -> PracticeCampaign? {
    let day = (time - PracticePeriod.start) / PracticePeriod.day - 70
    guard day >= 0, let campaign = PracticeCampaign(number: Int(day / 84) + 1) else { return nil }
    return time < campaign.closesAt ? campaign : nil
  }

  /// 0 control (a fifth), 1 or 2, from a hash of the customer under the campaign's seed.
  func arm(of life: UInt32, _ ids: PracticeIds) -> Int {
    let share = SplitMix64.mix(ids.bits(of: life, 0x0040) ^ UInt64(number)) % 5
    return share == 0 ? 0 : share < 3 ? 1 : 2
  }
}

extension PracticeHistory {
  /// Plans the calendar of the house: first of all what every later event stands on.
  mutating func openHouse() {
    var time = PracticePeriod.start
    func next() -> Int64 {
      time += 1000
      return time
    }
    func add(_ step: HouseStep, at time: Int64, _ number: Int = 0) {
      queue.push(.house(step), of: ids.house, at: time, UInt32(number))
    }
    add(.policy, at: next())
    for number in PracticeHouse.purposes.indices { add(.purpose, at: next(), number) }
    for number in PracticeHouse.topics.indices { add(.topic, at: next(), number) }
    for month in Int64(0)..<33 {
      let load = PracticePeriod.start + (month * 28 * 24 + 4) * 60 * PracticePeriod.minute
      guard load < PracticePeriod.end else { break }
      add(.americanList, at: load)
      add(.britishList, at: load + 90_000)
    }
    for number in 1...PracticeCampaign.count {
      guard let campaign = PracticeCampaign(number: number) else { continue }
      let day = PracticePeriod.day
      let steps: [(HouseStep, Int64)] = [
        (.goal, -30), (.campaign, -20), (.start, -10), (.conclude, 80),
      ]
      for (step, offset) in steps where campaign.isExperiment || step == .goal || step == .campaign
      {
        let time = campaign.dropAt + offset * day + 9 * 60 * PracticePeriod.minute
        if time < PracticePeriod.end { add(step, at: time, number) }
      }
    }
  }

  mutating func perform(
    _ step: HouseStep, _ life: inout PracticeLife, at time: Int64, _ a: UInt32
  ) {
    switch step {
    case .policy: publishPolicy(&life, at: time)
    case .purpose: registerPurpose(&life, at: time, PracticeHouse.purposes[Int(a)])
    case .topic: registerTopic(&life, at: time, PracticeHouse.topics[Int(a)])
    case .goal: defineGoal(&life, at: time, a)
    case .campaign: planCampaign(&life, at: time, a)
    case .start: startExperiment(&life, at: time, a)
    case .conclude: concludeExperiment(&life, at: time, a)
    case .americanList:
      house.americanList = loadList(&life, at: time, "us-dnc", rows: 241_000_000)
    case .britishList:
      house.britishList = loadList(&life, at: time, "uk-tps", rows: 15_000_000)
    }
  }

  private mutating func publishPolicy(_ life: inout PracticeLife, at time: Int64) {
    write(
      "policy.published", &life, at: time, by: .staff(0), from: "/practice/house"
    ) { data in
      data.code("contentHash", PracticePolicy.contentHash)
      data.code("part", "permission")
      data.verbatim("policy", PracticePolicy.json)
      data.code("policyVersion", PracticeHouse.policyVersion)
    }
  }

  private mutating func registerPurpose(
    _ life: inout PracticeLife, at time: Int64, _ purpose: PracticeHouse.Purpose
  ) {
    write(
      "purpose.registered", &life, at: time, by: .staff(0), from: "/practice/house"
    ) { data in
      data.code("class", purpose.messageClass)
      data.text("label", purpose.label)
      data.code("lawfulBasis", purpose.basis)
      if purpose.isOnce { data.number("occasionMax", 1) }
      data.code("occasionWindow", purpose.window)
      if !purpose.occasions.isEmpty { data.codes("occasions", purpose.occasions) }
      data.bool("profiling", purpose.isProfiling)
      data.code("purpose", purpose.path)
    }
  }

  private mutating func registerTopic(
    _ life: inout PracticeLife, at time: Int64, _ topic: PracticeHouse.Topic
  ) {
    write("topic.registered", &life, at: time, by: .staff(0), from: "/practice/house") { data in
      data.text("label", topic.label)
      data.code("sensitivity", topic.sensitivity)
      data.code("topic", topic.path)
    }
  }

  private mutating func defineGoal(_ life: inout PracticeLife, at time: Int64, _ number: UInt32) {
    guard let campaign = PracticeCampaign(number: Int(number)) else { return }
    write(
      "goal.defined", &life, at: time, by: .staff(1), from: "/practice/campaigns",
      case: .house("campaign", number)
    ) { data in
      data.code("goal", campaign.goal)
      data.id("goalId", "goal", number)
      data.code("metric", "orders-per-customer")
      data.hundredths("target", 3 + Int(number))
      data.instant("until", campaign.dropAt + 80 * PracticePeriod.day)
    }
  }

  private mutating func planCampaign(
    _ life: inout PracticeLife, at time: Int64, _ number: UInt32
  ) {
    guard let campaign = PracticeCampaign(number: Int(number)) else { return }
    write(
      "campaign.planned", &life, at: time, by: .staff(1), from: "/practice/campaigns",
      case: .house("campaign", number)
    ) { data in
      data.id("campaignId", "campaign", number)
      data.objects("cells", count: 2) { data, place in
        data.code("cell", PracticeCampaign.arms[place + 1])
        data.code("channel", "email")
        data.code("contentVersion", place == 0 ? "plain" : "pictures")
        data.instant("dropAt", campaign.dropAt + 9 * 60 * PracticePeriod.minute)
      }
      if campaign.isExperiment { data.id("experimentId", "experiment", number) }
      data.id("goalId", "goal", number)
      data.code("purpose", "marketing")
      data.code("topic", PracticeShop.topics[campaign.topic].path)
    }
  }

  private mutating func startExperiment(
    _ life: inout PracticeLife, at time: Int64, _ number: UInt32
  ) {
    write(
      "experiment.started", &life, at: time, by: .staff(1), from: "/practice/campaigns",
      case: .house("campaign", number)
    ) { data in
      data.objects("arms", count: 3) { data, place in
        data.code("arm", PracticeCampaign.arms[place])
        data.hundredths("share", place == 0 ? 20 : 40)
      }
      data.id("campaignId", "campaign", number)
      data.id("experimentId", "experiment", number)
      data.id("goalId", "goal", number)
      data.id("seed", "seed", number)
    }
  }

  private mutating func concludeExperiment(
    _ life: inout PracticeLife, at time: Int64, _ number: UInt32
  ) {
    let position = written
    write(
      "experiment.concluded", &life, at: time, by: .staff(1), from: "/practice/campaigns",
      case: .house("campaign", number)
    ) { data in
      data.id("experimentId", "experiment", number)
      data.number("untilPosition", position - 1)
    }
  }

  private mutating func loadList(
    _ life: inout PracticeLife, at time: Int64, _ list: String, rows: Int
  ) -> Ordinal {
    let growth = Int((time - PracticePeriod.start) / PracticePeriod.day) * 1_700
    return write(
      "registry.snapshot.loaded", &life, at: time, by: .software("registry-service"),
      from: "/practice/registries"
    ) { data in
      data.instant("asOf", time - 4 * 60 * PracticePeriod.minute)
      data.hash("contentHash", UInt64(time) ^ UInt64(list.utf8.count))
      data.code("list", list)
      data.number("rows", rows + growth)
    }
  }
}
