/// What a practice history promises: the same bytes, whole events, lives that refer to their own past only.
import EventCatalog
import JSONBytes
import Ledger
import RapportTesting
import Testing

@Suite struct PracticeHistoryTests {
  // MARK: The same everywhere

  @Test func sameSeedSameBytes() {
    #expect(Scanned.text(200, 3_000, seed: 7) == Scanned.text(200, 3_000, seed: 7))
  }

  /// The bytes are those of every other machine. Who changes lives on purpose changes this number.
  @Test func bytesAreThoseOfEveryMachine() {
    #expect(Scanned.fingerprint(Scanned.text(200, 3_000, seed: 1)) == 0x45CC_1978_749B_6665)
    #expect(Scanned.fingerprint(Scanned.text(3, 400, seed: .max)) == 0x8DC6_4028_6154_ADB6)
  }

  @Test func anotherSeedSharesNoNameWithTheFirst() throws {
    let one = try Scanned(100, 1_500, seed: 1)
    let other = try Scanned(100, 1_500, seed: 2)
    for name in ["id", "subject"] {
      let ones = Set(one.events.compactMap { $0[name]?.string })
      let others = Set(other.events.compactMap { $0[name]?.string })
      #expect(ones.isDisjoint(with: others), "\(name)")
    }
    for name in ["orderId", "contactPointId", "promiseId"] {
      let ones = Set(one.events.compactMap { $0["data"]?[name]?.string })
      let others = Set(other.events.compactMap { $0["data"]?[name]?.string })
      #expect(!ones.isEmpty && ones.isDisjoint(with: others), "\(name)")
    }
  }

  @Test func treesAreTheLines() throws {
    var trees = PracticeHistory(customers: 20, events: 300, seed: 3)
    var text: [UInt8] = []
    while let event = trees.next() {
      event.write(to: &text)
      text.append(UInt8(ascii: "\n"))
    }
    #expect(text == Scanned.text(20, 300, seed: 3))
  }

  // MARK: Size and time

  @Test(arguments: [(1, 0), (1, 1), (1, 120), (3, 400), (50, 10), (40, 4_000), (500, 6_000)])
  func thereAreAsManyEventsAsAsked(customers: Int, events: Int) throws {
    let history = try Scanned(customers, events, seed: 11)
    #expect(history.events.count == events)
    #expect(Set(history.events.compactMap { $0["subject"]?.string }).count <= customers)
  }

  @Test func everyCustomerComesInAndTheHistoryReachesItsLastWeeks() throws {
    let history = try Scanned.large.get()
    #expect(history.events.count == 40_000)
    #expect(Set(history.events.compactMap { $0["subject"]?.string }).count == 2_000)
    #expect(try #require(history.events.last?["time"]?.string) > "2026-06-01")
  }

  @Test func timesAscendWithinThePeriod() throws {
    var last = "2024-01-01T00:00:00.000000Z"
    for event in try Scanned.large.get().events {
      let time = try #require(event["time"]?.string)
      #expect(time >= last && time < "2026-07-01")
      last = time
    }
  }

  @Test func fewCustomersDoMuchAndMostDoLittle() throws {
    let subjects = try Scanned.large.get().events.compactMap { $0["subject"]?.string }
    let counts = Dictionary(grouping: subjects, by: { $0 }).values.map(\.count).sorted()
    let busiest = counts.suffix(counts.count / 10).reduce(0, +)
    #expect(busiest * 10 > subjects.count * 3, "the busiest tenth has \(busiest) events")
    #expect(counts[counts.count / 2] < subjects.count / counts.count)
  }

  // MARK: Whole events

  @Test func everyEventFitsTheCatalogueAndIsCanonical() throws {
    let history = try Scanned.large.get()
    let catalog = try Catalog.shipped()
    for (place, event) in history.events.enumerated() {
      do throws(EventRejection) {
        _ = try Envelope.check(event, using: catalog)
      } catch {
        Issue.record("event \(place): \(error.sentence)")
        return
      }
      var canonical: [UInt8] = []
      try CanonicalWriter.write(event, numbers: .exact, to: &canonical)
      try #require(canonical[...] == event.source, "event \(place) is not canonical")
    }
  }

  /// What only a ledger itself, an erasure with keys, an import or a sharing plan can say is in no
  /// practice history.
  @Test func everyTypeOccurs() throws {
    let absent: Set = [
      "data.erased", "department.granted", "erasure.acknowledged", "erasure.requested",
      "import.completed",
      "import.quarantined", "ledger.recovered", "projection.rebuilt", "projection.subscribed",
      "purpose.retired", "schema.registered",
    ]
    let types = Set(try Catalog.shipped().types.map(\.name)).subtracting(absent)
    let seen = Set(try Scanned.large.get().events.compactMap { $0["type"]?.string })
    #expect(seen == types)
  }

  /// Nobody is ever reached by what a practice ledger holds.
  @Test func addressesBelongToNobody() throws {
    let reserved = [
      "+493023125", "+496990009", "+494066969", "+492214710", "+498999998", "+447700900",
      "+442079460", "+441134960", "+441214960", "+441314960", "+441414960", "+441614960",
      "+441632960", "+443069990",
    ]
    for event in try Scanned.large.get().of("contactpoint.added") {
      let value = try #require(event["data"]?["value"]?.string)
      switch event["data"]?["kind"]?.string {
      case "email":
        #expect(value.hasSuffix("@example.com") || value.hasSuffix("@example.org"))
      case "phone" where value.hasPrefix("+1"):
        #expect(value.count == 12 && value.dropFirst(5).hasPrefix("55501"), "\(value)")
      case "phone": #expect(reserved.contains { value.hasPrefix($0) }, "\(value)")
      default: #expect(value.contains("Muster") || value.contains("Exam"), "\(value)")
      }
    }
  }

  // MARK: Lives

  @Test func onlyEarlierEventsOfTheSameLifeAreReferredTo() throws {
    var seen: [String: Set<String>] = [:]
    for (place, event) in try Scanned.large.get().events.enumerated() {
      let subject = event["subject"]?.string ?? ""
      var names = Scanned.references(in: event["data"])
      if let cause = event["causationid"]?.string { names.append(cause) }
      for name in names {
        let isKnown = seen[subject]?.contains(name) == true || seen[""]?.contains(name) == true
        try #require(isKnown, "event \(place) refers to \(name)")
      }
      let id = try #require(event["id"]?.string)
      let isNew = seen[subject, default: []].insert(id).inserted
      #expect(isNew, "event \(place) repeats an id")
    }
  }

  @Test func everyLifeBeginsWithARegistrationOrIsAnonymous() throws {
    var met: Set<String> = []
    for event in try Scanned.large.get().events {
      guard let subject = event["subject"]?.string, met.insert(subject).inserted else { continue }
      let type = try #require(event["type"]?.string)
      #expect(type == (subject.hasPrefix("anon-") ? "order.completed" : "customer.registered"))
    }
    #expect(met.contains { $0.hasPrefix("anon-") })
  }

  @Test func aCreditIsRedeemedOnceAndInFull() throws {
    let history = try Scanned.large.get()
    var owed: [String: String] = [:]
    for event in history.of("credit.granted") {
      owed[try #require(event["data"]?["promiseId"]?.string)] =
        try #require(event["data"]?["amount"]?["amount"]?.string)
    }
    var redeemed = 0
    for event in history.of("credit.redeemed") {
      let promise = try #require(event["data"]?["promiseId"]?.string)
      let amount = owed.removeValue(forKey: promise)
      #expect(amount != nil && amount == event["data"]?["amount"]?["amount"]?.string)
      redeemed += 1
    }
    #expect(redeemed > 100 && owed.count > 20, "\(redeemed) kept, \(owed.count) open")
  }

  @Test func aMergeNamesTwoKnownCustomersAndOneUnmergeAtMost() throws {
    let history = try Scanned.large.get()
    var met: Set<String> = []
    var merges: Set<String> = []
    for event in history.events {
      let subject = event["subject"]?.string ?? ""
      met.insert(subject)
      switch event["type"]?.string {
      case "profile.merged":
        #expect(event["data"]?["canonical"]?.string == subject)
        let absorbed = try #require(event["data"]?["absorbed"]?.string)
        #expect(met.contains(absorbed) && absorbed != subject)
        merges.insert(try #require(event["id"]?.string))
      case "profile.unmerged":
        let merge = merges.remove(try #require(event["data"]?["mergeEventId"]?.string))
        #expect(merge != nil)
      default: break
      }
    }
    #expect(merges.count > 20)
  }

  /// Who says yes, and that the notice was there before.
  @Test func everyPermitIsOneThatCounts() throws {
    let history = try Scanned.large.get()
    var minors: Set<String> = []
    for event in history.events {
      let subject = event["subject"]?.string ?? ""
      let birthday = event["data"]?["birthDate"]?.string
      if let birthday, birthday > "2008-01-01" { minors.insert(subject) }
      guard
        let type = event["type"]?.string, ["consent.given", "consent.confirmed"].contains(type)
      else { continue }
      #expect(!minors.contains(subject))
      #expect(event["data"]?["purpose"]?.string != "*")
      switch event["authtype"]?.string {
      case "app_user": #expect(event["authid"]?.string == subject)
      case "user": #expect(event["data"]?["evidence"] != nil)
      default: Issue.record("a permit by \(event["authtype"]?.string ?? "nobody")")
      }
    }
    #expect(!minors.isEmpty)
  }

  @Test func confirmationsHaveTheScopeOfTheirRequest() throws {
    var requests: [String: JSONView] = [:]
    var answers = 0
    for event in try Scanned.large.get().events {
      let data = try #require(event["data"])
      switch event["type"]?.string {
      case "consent.requested": requests[try #require(event["id"]?.string)] = data
      case "consent.confirmed", "consent.refused":
        let request = try #require(requests[data["requestEventId"]?.string ?? ""])
        for field in ["purpose", "topic", "channel", "contactPoint"] {
          #expect(data[field]?.string == request[field]?.string)
        }
        answers += 1
      default: break
      }
    }
    #expect(answers > 100)
  }

  @Test func everyExperimentLeavesSomeAlone() throws {
    let history = try Scanned.large.get()
    let arms = history.of("experiment.assigned").compactMap { $0["data"]?["arm"]?.string }
    let control = arms.count { $0 == "control" }
    #expect(control * 4 > arms.count / 2 && control * 3 < arms.count)
    let exposed = history.of("experiment.exposed").compactMap { $0["data"]?["arm"]?.string }
    #expect(!exposed.isEmpty && !exposed.contains("control"))
  }

  @Test func totalsAreTheSumsOfTheirLines() throws {
    for event in try Scanned.large.get().of("order.completed") {
      let data = try #require(event["data"])
      var sum = 0
      for line in try #require(data["lines"]).elements {
        sum += Scanned.cents(line["lineTotal"])
        #expect(line["lineTotal"]?["currency"]?.string == data["total"]?["currency"]?.string)
      }
      #expect(sum == Scanned.cents(data["total"]) && sum > 0)
    }
  }
}

/// A history as scanned events.
private struct Scanned: Sendable {
  /// 2,000 customers and 40,000 events, as the quick start makes them.
  static let large = Result { try Scanned(2_000, 40_000, seed: 1) }

  let events: [JSONView]

  init(_ customers: Int, _ count: Int, seed: UInt64) throws {
    let text = Self.text(customers, count, seed: seed)
    var scanner = JSONScanner()
    var roots: [Int] = []
    var start = 0
    for end in text.indices where text[end] == UInt8(ascii: "\n") {
      roots.append(try scanner.scan(text.span, in: start..<end))
      start = end + 1
    }
    let document = JSONDocument(bytes: text, nodes: scanner.takeNodes())
    events = roots.map { JSONView(document: document, index: $0) }
  }

  func of(_ type: String) -> [JSONView] { events.filter { $0["type"]?.equals(type) == true } }

  static func text(_ customers: Int, _ count: Int, seed: UInt64) -> [UInt8] {
    var history = PracticeHistory(customers: customers, events: count, seed: seed)
    var text: [UInt8] = []
    while history.nextLine(into: &text) {}
    return text
  }

  /// FNV-1a, 64 bits.
  static func fingerprint(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }

  /// The values of all fields whose name says that they name an event.
  static func references(in view: JSONView?) -> [String] {
    guard let view else { return [] }
    var names: [String] = []
    for (name, value) in view.members {
      if name.hasSuffix("EventId"), let id = value.string { names.append(id) }
      if name.hasSuffix("EventIds") { names += value.elements.compactMap(\.string) }
    }
    return names
  }

  static func cents(_ money: JSONView?) -> Int {
    Int((money?["amount"]?.string ?? "").filter { $0 != "." }) ?? -1
  }
}
