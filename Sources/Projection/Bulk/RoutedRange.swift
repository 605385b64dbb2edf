// The second half of a rebuild by customers: the events of one range, read again and put together by customer.

import JSONBytes
import LogEngine

/// The customers of one range with their events.
struct RoutedRange {
  private struct Row {
    var position: UInt64
    var run: Int32
    var start: Int32
    /// The node of its data.
    var node: Int32
    var subject: Int32
  }

  /// A subject as one segment numbers it.
  private struct Subject {
    /// Nil for events of nobody.
    var name: String?
    var isNormal: Bool
    var customer: Int
  }

  private let names: [EventNames.Names]
  private let stored: any StoredEvents
  private var documents: [JSONDocument] = []
  private var subjects: [Subject] = []
  private(set) var customers: [String] = []
  private var rows: [[Row]] = []
  private var authtypes = KnownTexts()
  private var authids = KnownTexts()

  /// Reads runs that an ``EventRouter`` wrote. Costs a pass over the JSON.
  init(
    _ runs: [[UInt8]], _ names: [EventNames.Names], _ map: CustomerMap, _ stored: any StoredEvents
  ) throws {
    self.names = names
    self.stored = stored
    // Subjects as segments number them, by the order of their first event.
    var numbers = NumberTable()
    var known: [ByteKey: Int] = [:]
    for (number, bytes) in runs.enumerated() {
      var scanner = JSONScanner()
      var start = 0
      while start < bytes.count {
        let head = EventHead(bytes, start)
        let key = UInt64(head.names) << 32 | UInt64(head.customer)
        let subject = Int(numbers.number(of: key))
        if subject == subjects.count {
          let name = String(
            decoding: names[head.names].customers[Int(head.customer)], as: UTF8.self)
          let customer = map.customer(of: name)
          var place = known[ByteKey(customer)] ?? -1
          if place < 0 {
            place = customers.count
            known[ByteKey(customer)] = place
            customers.append(customer)
            rows.append([])
          }
          subjects.append(
            Subject(
              name: name.isEmpty ? nil : name, isNormal: NormalForm.isNormal(name), customer: place)
          )
        }
        let node = try Self.scan(&scanner, bytes, head)
        rows[subjects[subject].customer].append(
          Row(
            position: head.position, run: Int32(number), start: Int32(start), node: Int32(node),
            subject: Int32(subject)))
        start = head.data.upperBound
      }
      documents.append(JSONDocument(bytes: bytes, nodes: scanner.takeNodes()))
    }
  }

  private static func scan(
    _ scanner: inout JSONScanner, _ bytes: [UInt8], _ head: EventHead
  ) throws(ReadError) -> Int {
    do throws(JSONError) {
      return try scanner.scan(bytes.span, in: head.data)
    } catch {
      let position = Position(head.position)
      throw .corrupt(
        Corruption(
          .entry, file: "log", offset: 0, positions: position..<position.advanced(by: 1),
          detail: "its data is no JSON"))
    }
  }

  /// The customers by their numbers, in the order of their names.
  var order: [Int] {
    var order: [(prefix: UInt64, number: Int)] = []
    order.reserveCapacity(customers.count)
    for (number, name) in customers.enumerated() {
      var prefix: UInt64 = 0
      var left = 8
      for byte in name.utf8.prefix(8) {
        prefix = prefix << 8 | UInt64(byte)
        left -= 1
      }
      order.append((left == 8 ? 0 : prefix << UInt64(8 * left), number))
    }
    order.sort { one, other in
      if one.prefix != other.prefix { return one.prefix < other.prefix }
      return ByteKey.precedes(customers[one.number], customers[other.number])
    }
    return order.map(\.number)
  }

  /// How many events there are.
  var count: Int { rows.reduce(0) { $0 + $1.count } }

  /// The events of a customer, in log order.
  mutating func events(of customer: Int) throws -> [DecodedEvent] {
    let own = rows[customer].sorted { $0.position < $1.position }
    var events: [DecodedEvent] = []
    events.reserveCapacity(own.count)
    for row in own { events.append(try event(row)) }
    return stored.shared(events)
  }

  private mutating func event(_ row: Row) throws -> DecodedEvent {
    let document = documents[Int(row.run)]
    let bytes = document.bytes
    let head = EventHead(bytes, Int(row.start))
    let data = JSONView(document: document, index: Int(row.node))
    if head.isWhole {
      return try stored.decoded(entry: data, at: Position(head.position))
    }
    let names = names[head.names]
    let version = names.versions[Int(head.schema)]
    let subject = subjects[Int(row.subject)]
    let event = DecodedEvent(
      position: Position(head.position), id: String(decoding: bytes[head.id], as: UTF8.self),
      source: names.tables.sources[Int(head.source)], type: names.types[head.type],
      schemaVersion: version, subject: subject.name,
      revision: subject.name == nil ? nil : head.revision,
      time: Timestamp(microseconds: head.time),
      recorded: Timestamp(microseconds: head.recorded),
      authtype: authtypes.text(names.authtype, bytes, head, names) ?? "unknown",
      authid: authids.text(names.authid, bytes, head, names),
      causationid: Self.text(names.causation, bytes, head, names),
      correlationid: Self.text(names.correlation, bytes, head, names), data: data)
    // As nearly every event is: nothing has to be asked.
    let isWell =
      version == names.newest[head.type] && subject.isNormal && !names.isNaming[head.type]
    return isWell ? event : stored.lifted(event)
  }

  /// The text of an attribute; nil where the event has none, or it is no string.
  fileprivate static func text(
    _ number: Int?, _ bytes: [UInt8], _ head: EventHead, _ names: EventNames.Names
  ) -> String? {
    guard let number else { return nil }
    let json = names.tables.attribute(number, head.attribute(number, bytes))
    guard json.first == UInt8(ascii: "\"") else { return nil }
    if !json.contains(UInt8(ascii: "\\")) {
      return String(decoding: json.dropFirst().dropLast(), as: UTF8.self)
    }
    // A dictionary holds JSON: the log's reader has seen to it, or refused the segment.
    return (try? JSONDocument(scanning: Array(json)))?.root.string
  }
}

/// Texts of an attribute that many events share, made once a segment.
private struct KnownTexts {
  private var numbers = NumberTable()
  private var texts: [String?] = []

  mutating func text(
    _ number: Int?, _ bytes: [UInt8], _ head: EventHead, _ names: EventNames.Names
  ) -> String? {
    guard let number else { return nil }
    let key = UInt64(head.names) << 32 | UInt64(head.attribute(number, bytes))
    let place = Int(numbers.number(of: key))
    if place == texts.count { texts.append(RoutedRange.text(number, bytes, head, names)) }
    return texts[place]
  }
}

/// The head of one event in a run.
struct EventHead {
  let position: UInt64
  let time: Int64
  let recorded: Int64
  let names: Int
  let customer: UInt32
  let type: Int
  let source: UInt32
  let schema: UInt32
  let revision: UInt32
  let isWhole: Bool
  let id: Range<Int>
  let data: Range<Int>
  private let attributes: Int

  init(_ bytes: [UInt8], _ start: Int) {
    position = bytes.littleEndian(UInt64.self, at: start)
    time = bytes.littleEndian(Int64.self, at: start + 8)
    recorded = bytes.littleEndian(Int64.self, at: start + 16)
    names = Int(bytes.littleEndian(UInt32.self, at: start + 24))
    customer = bytes.littleEndian(UInt32.self, at: start + 28)
    let kinds = bytes.littleEndian(UInt32.self, at: start + 32)
    type = Int(kinds & 0xFFFF)
    source = bytes.littleEndian(UInt32.self, at: start + 36)
    schema = bytes.littleEndian(UInt32.self, at: start + 40)
    let idCount = bytes.littleEndian(UInt32.self, at: start + 44)
    isWhole = idCount & EventRun.wholeBit != 0
    revision = bytes.littleEndian(UInt32.self, at: start + 52)
    attributes = start + EventRun.headSize
    let idStart = attributes + 4 * Int(kinds >> 16)
    id = idStart..<idStart + Int(idCount & ~EventRun.wholeBit)
    let dataCount = Int(bytes.littleEndian(UInt32.self, at: start + 48))
    data = id.upperBound..<id.upperBound + dataCount
  }

  /// The id of the value of an attribute.
  func attribute(_ number: Int, _ bytes: [UInt8]) -> UInt32 {
    bytes.littleEndian(UInt32.self, at: attributes + 4 * number)
  }
}
