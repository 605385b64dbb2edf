// Asks questions of generated histories, and makes a failing history small before it is shown.

import Glibc
import JSONBytes
import RapportTesting
import Relationship
import Testing

/// A history with what it comes to.
struct HistoryCase {
  let lines: [String]
  private let ledger: TableLedger
  let events: [PermissionEvent]
  let book: PermissionBook

  init(_ lines: [String]) throws {
    self.lines = lines
    ledger = TableLedger(
      world: [], history: try lines.map { .event(try WrittenEvent($0)) })
    events = try Self.placed(ledger.permissionEvents())
    book = PropertyRun.book(events)
  }

  /// The first events as they could be read then.
  func events(before end: Int) throws -> [PermissionEvent] {
    try Self.placed(ledger.permissionEvents(before: end))
  }

  /// Behind those of the house.
  private static func placed(_ events: [PermissionEvent]) -> [PermissionEvent] {
    events.map { event in
      var event = event
      event.stamp.place += UInt64(PropertyRun.house.events.count)
      return event
    }
  }

  /// The history with more behind it.
  func adding(_ added: [String]) throws -> PermissionBook {
    // Where somebody is erased, earlier events read differently.
    if added.contains(where: { $0.contains("data.erased") }) {
      return try HistoryCase(lines + added).book
    }
    var book = book
    let ledger = TableLedger(
      world: [], history: try added.map { .event(try WrittenEvent($0)) })
    for (offset, event) in ledger.events.enumerated() {
      book.take(
        try ledger.permissionEvent(
          event, at: UInt64(PropertyRun.house.events.count + events.count + offset)))
    }
    return book
  }
}

enum PropertyRun {
  /// How many histories each property is tried on: `RAPPORT_PERMISSION_HISTORIES`, else 2,000.
  static let count: Int = {
    // Safe: the string is copied at once.
    let text = unsafe getenv("RAPPORT_PERMISSION_HISTORIES").map { unsafe String(cString: $0) }
    guard let text else { return 2_000 }
    guard let count = Int(text), count > 0 else {
      preconditionFailure("RAPPORT_PERMISSION_HISTORIES is a number of histories")
    }
    return count
  }()

  /// The house of every history: policy, purposes, grants, lists that are fresh.
  static let house: (events: [WrittenEvent], said: [PermissionEvent], book: PermissionBook) = {
    do {
      let world = try PermissionTable.shipped.get().worlds["AB"] ?? []
      // One is fresh for every question, the other for some.
      let lists = try [("us-dnc", "d90"), ("uk-tps", "d20")].map { list, asOf in
        TableStep.event(
          try WrittenEvent(
            "S-\(list) 2024-01-01 registry.snapshot.loaded {list: \(list), asOf: \(asOf)}"))
      }
      let customers: Set = ["A0", "AN", "CA", "B0", "BN", "CB"]
      let ledger = TableLedger(
        world: world, history: lists + customers.map { TableStep.drop($0) })
      let said = try ledger.permissionEvents()
      return (ledger.events, said, TableLedger.book(said))
    } catch { preconditionFailure("the table has a world AB: \(error)") }
  }()

  static func book(_ events: [PermissionEvent]) -> PermissionBook {
    var book = house.book
    for event in events { book.take(event) }
    return book
  }

  /// A question of the table's notation, and the instant it asks about.
  static func question(_ text: String) throws -> (PermissionQuestion, Timestamp) {
    let written = try NotationReader.value(text)
    func word(_ name: String) -> String? { written[name]?.word }
    let purpose = word("purpose") ?? ""
    let root = purpose.prefix { $0 != "." }
    let promotes = word("promotion") == "true" && root == "service"
    let isMarketing = ["marketing", "relationship", "sharing"].contains(root)
    let question = try PermissionQuestion(
      department: promotes ? "sales" : isMarketing ? "marketing" : "service",
      customer: word("customer") ?? "", purpose: purpose, topic: word("topic") ?? "",
      channel: word("channel") ?? "", contactPoint: word("contactPoint") ?? "",
      occasionEventId: word("occasionEventId"), campaignId: word("campaignId"),
      promotion: word("promotion") == "true")
    return (question, word("at").flatMap(NotationTime.read) ?? NotationTime.day(100))
  }

  /// The answers to questions, explained.
  static func answers(
    _ asked: [String], _ book: PermissionBook, knownAt known: KnownAt = .end
  ) throws -> [PermissionAnswer] {
    try asked.map { text in
      let (question, at) = try question(text)
      return try book.answer(question, at: at, knownAt: known, zones: TableZones.all)
    }
  }

  /// The answers without words around them, which cost less.
  static func decisions(
    _ asked: [String], _ book: PermissionBook, knownAt known: KnownAt = .end
  ) throws -> [Decision] {
    try asked.map { text in
      let (question, at) = try question(text)
      guard let rules = book.rules(at: at, knownAt: known) else { throw PermissionError.noPolicy }
      return Permission(under: rules, zones: TableZones.all)
        .decide(question, of: book.customer(question.customer, at: at, knownAt: known))
    }
  }

  /// Throws where answers differ.
  static func expectSame(
    _ asked: [String], _ before: [PermissionAnswer], _ after: [PermissionAnswer], _ how: String = ""
  ) throws {
    for (index, question) in asked.enumerated() {
      let (old, new) = (before[index].summary, after[index].summary)
      guard old != new else { continue }
      throw Failure(question: question, sentence: "\n\(old)\nbecame\(how)\n\(new)")
    }
  }

  /// The questions about contact points that the customer has: what a merge or an import adds is another address.
  static func aboutOwnPoints(_ asked: [String], _ book: PermissionBook) throws -> [String] {
    try asked.filter { text in
      let (question, at) = try question(text)
      return question.contactPoint == "none"
        || book.customer(question.customer, at: at).hasContactPoint(question.contactPoint)
    }
  }

  /// Throws where a verdict of the second book is above that of the first.
  static func expectNotRaised(
    _ asked: [String], _ before: PermissionBook, _ after: PermissionBook,
    knownAt known: KnownAt = .end
  ) throws {
    let (old, new) = (try decisions(asked, before), try decisions(asked, after, knownAt: known))
    for (index, question) in asked.enumerated() where new[index].verdict > old[index].verdict {
      throw Failure(
        question: question,
        sentence: "\(old[index].verdict) by \(old[index].rule.rawValue) became "
          + "\(new[index].verdict) by \(new[index].rule.rawValue)")
    }
  }

  /// Where a property does not hold: the question, and a sentence.
  struct Failure: Error {
    var question: String
    var sentence: String
  }

  /// Made once for all properties, as far as memory allows.
  private static let histories = Result {
    try (0..<UInt64(min(count, 2_000))).map { try made($0) }
  }

  private static func made(_ seed: UInt64) throws -> (GeneratedHistory, HistoryCase) {
    let history = GeneratedHistory(seed: seed)
    return (history, try HistoryCase(history.lines))
  }

  private static func history(of seed: UInt64) throws -> (GeneratedHistory, HistoryCase) {
    seed < 2_000 ? try histories.get()[Int(seed)] : try made(seed)
  }

  /// Tries a property on seeded histories. `check` throws ``Failure`` where it does not hold for these lines.
  ///
  /// Stops at the first failure, with the smallest history found that fails as well.
  static func expect(
    _ name: String, make: (inout GeneratedHistory) -> (asked: [String], added: [String]),
    check: (_ history: HistoryCase, _ asked: [String], _ added: [String]) throws -> Void
  ) throws {
    func failure(
      _ history: HistoryCase, _ asked: [String], _ added: [String]
    ) throws -> Failure? {
      do {
        try check(history, asked, added)
        return nil
      } catch let failure as Failure { return failure }
    }
    for seed in 0..<UInt64(count) {
      var (history, base) = try history(of: seed)
      let (asked, added) = make(&history)
      guard let first = try failure(base, asked, added) else { continue }
      let (lines, sentence) = try shrunk(history.lines, first.sentence) {
        try failure(HistoryCase($0), [first.question], added)?.sentence
      }
      Issue.record(
        """
        \(name) does not hold in the history of seed \(seed): \(sentence)
        \(lines.joined(separator: "\n"))
        with: \(added.joined(separator: "\n      "))
        asked: \(first.question)
        """)
      return
    }
  }

  /// Leaves out one line after another as long as the failure stays. A history that no longer makes sense is none.
  private static func shrunk(
    _ lines: [String], _ sentence: String, _ failure: ([String]) throws -> String?
  ) throws -> ([String], String) {
    var (lines, sentence) = (lines, sentence)
    var isSmaller = true
    while isSmaller {
      isSmaller = false
      for index in lines.indices.reversed() {
        var fewer = lines
        fewer.remove(at: index)
        guard let found = try failure(fewer) else { continue }
        (lines, sentence, isSmaller) = (fewer, found, true)
      }
    }
    return (lines, sentence)
  }
}

extension PermissionAnswer {
  /// Everything that an answer says, but for positions.
  var summary: String {
    func id(_ stamp: EventStamp?) -> String { stamp?.id ?? "-" }
    let steps = trace.map { "\($0.gate) \($0.result.rawValue) \($0.event.id)" }
    return """
      \(decision.verdict.rawValue) \(decision.until.map { "\($0)" } ?? "-") \
      \(decision.rule.rawValue) by \(id(decision.decidingEvent.stamp)) \
      \(decision.decidingEvent.isElsewhere) basis \(id(decision.basis)) \
      carried \(id(decision.carriedBy)) instead \(insteadTry) duties \(duties) \
      caps \(customerCap.map { "\($0)" } ?? "-") \(companyCap.map { "\($0)" } ?? "-") \
      said \(saidBy) reads \(customerText ?? "-") trace \(steps)
      """
  }
}
