import Foundation
import JSONBytes
import Projection
import RapportTesting
import ReadModels
import Testing

/// What parts say they read of events, held against what they do.
@Suite struct DepartmentReadsTests {
  private static let seeds: Range<UInt64> = 0..<3

  private func histories(_ part: Part) -> [[DecodedEvent]] {
    let types = (part.projector.eventTypes ?? []).sorted()
    return Self.seeds.map {
      RandomHistory.events(seed: $0, count: 300, types: types).events
    } + [PracticeEvents.decoded(customers: 15, events: 1_000, seed: 1)]
  }

  private func digests(_ part: Part, _ histories: [[DecodedEvent]]) throws -> [[UInt8]] {
    try histories.map { Array(try part.dump($0).digest.digest.utf8) }
  }

  @Test(arguments: Part.all)
  func aPartReadsNoFieldThatItDoesNotDeclare(part: Part) throws {
    let histories = histories(part)
    let reduced = histories.map { events in
      events.map { $0.keeping(part.model.reads[$0.type] ?? []) }
    }
    #expect(try digests(part, reduced) == digests(part, histories))
  }

  /// A field that changes no row would be granted for nothing.
  @Test func everyDeclaredFieldChangesARow() throws {
    for model in departmentModels {
      let parts = Part.all.filter { $0.model.name == model.name }
      let all = parts.map { histories($0) }
      let whole = try zip(parts, all).map { try digests($0, $1) }
      for (type, fields) in model.reads {
        for field in fields {
          let rest = fields.filter { $0 != field }
          var isRead = false
          for (part, (histories, digests)) in zip(parts, zip(all, whole))
          where !isRead && part.projector.eventTypes?.contains(type) == true {
            let without = histories.map { events in
              events.map { $0.type == type ? $0.keeping(rest) : $0 }
            }
            isRead = try self.digests(part, without) != digests
          }
          #expect(isRead, "\(model.name) does not read \(type).\(field)")
        }
      }
    }
  }

  @Test(arguments: Part.all)
  func aFieldThatMayNotBeSeenMakesNoHole(part: Part) {
    for events in histories(part) {
      for event in events where !hasInexactSum(event) {
        let fields = part.model.reads[event.type] ?? []
        #expect(hole(part.projector, event.keeping([])) == nil, "\(event.type) without data")
        for field in fields {
          let rest = event.keeping(fields.filter { $0 != field })
          #expect(hole(part.projector, rest) == nil, "\(event.type) without \(field)")
        }
      }
    }
  }

  /// Whether it has one of those sums of ``RandomHistory`` that no row can keep.
  private func hasInexactSum(_ event: DecodedEvent) -> Bool {
    let text = String(decoding: event.data.source, as: UTF8.self)
    return text.contains("0.00000001") || text.contains("99999999999999999999")
  }

  @Test(arguments: Part.all)
  func eventsWithoutAnyFieldGiveTheSameRowsLiveAndInBulk(part: Part) throws {
    let types = (part.projector.eventTypes ?? []).sorted()
    let events = RandomHistory.events(seed: 3, count: 120, types: types).events.map {
      $0.keeping([])
    }
    try expectProjectorConformance(
      part.projector, over: events, named: "events without data", comparisons: 6)
  }

  private func hole<P: Projector>(_ part: P.Type, _ event: DecodedEvent) -> String? {
    let projector = P()
    guard let key = projector.key(of: event) else { return nil }
    var state = projector.fresh(key)
    return projector.fold(event, into: &state)
  }

  /// Tables that keep personal values: what a customer wants, and why we owe something.
  private static let personal: Set = ["complaint", "open_promise", "kept_promise"]

  @Test func personalValuesStandOnlyWhereTheirNeedIs() throws {
    let mark = "MARKED-VALUE"
    let schemas = try Self.schemas()
    var found: Set<String> = []
    for part in Part.all {
      let events = RandomHistory.events(
        seed: 5, count: 600, types: (part.projector.eventTypes ?? []).sorted()
      ).events.map { event in
        var event = event
        event.data = History.view(
          event.data.value.marking(personalOf: schemas[event.type] ?? [:], with: mark))
        return event
      }
      for (table, rows) in try part.dump(events).rows
      where rows.contains(where: { $0.contains(mark) }) {
        found.insert(table)
      }
    }
    #expect(found.subtracting(Self.personal) == [])
    #expect(found.contains("complaint"), "the marks are there to be found")
  }

  private static func schemas() throws -> [String: JSONValue] {
    let folder = SharedData.repository + "/schemas/events"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    return try names.filter { $0.hasSuffix(".v1.json") }.reduce(into: [:]) { schemas, name in
      let root = try JSONDocument(scanning: SharedData.bytes(ofFile: "\(folder)/\(name)")).root
      schemas[String(name.dropLast(".v1.json".count))] = root.value
    }
  }
}

extension DecodedEvent {
  /// The event with no more of its data than these fields.
  fileprivate func keeping(_ fields: [String]) -> DecodedEvent {
    var event = self
    event.data = History.view(data.value.keeping(fields.map { $0.split(separator: ".")[...] }))
    return event
  }
}

extension JSONValue {
  fileprivate func keeping(_ paths: [ArraySlice<Substring>]) -> JSONValue {
    switch self {
    case .array(let elements): return .array(elements.map { $0.keeping(paths) })
    case .object(let members):
      return .object(
        members.compactMap { member in
          let below = paths.filter { $0.first.map(String.init) == member.name }
          if below.isEmpty { return nil }
          if below.contains(where: { $0.count == 1 }) { return member }
          return JSONMember(member.name, member.value.keeping(below.map { $0.dropFirst() }))
        })
    default: return self
    }
  }

  /// Puts `mark` in place of every text that a schema calls personal.
  fileprivate func marking(personalOf schema: JSONValue, with mark: String) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(
      members.map { member in
        let isPersonal = schema["properties"]?[member.name]?["x-personal"] == .bool(true)
        return isPersonal ? JSONMember(member.name, .string(mark)) : member
      })
  }
}
