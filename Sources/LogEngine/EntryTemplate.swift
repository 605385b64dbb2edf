internal import JSONBytes

/// How the entries of one type in a segment are written (docs/format.md, section 7.8): texts that all of them share, and
/// what differs. Members whose string the type tells are part of the texts.
struct EntryTemplate: Sendable {
  enum Part: Sendable {
    case text(Range<Int>)
    case data, id, recorded, revision, sequence, subject, time
    /// The string of a column, where it is not empty: with the texts before and behind it.
    case column(Int, before: Range<Int>, after: Range<Int>)
  }

  /// What parts are ranges of.
  private(set) var texts: [UInt8] = []
  private(set) var parts: [Part] = []
  private var start = 0

  /// The string of a column that all entries of the type have: nil where they differ, empty where the member is absent.
  typealias FixedString = (_ column: Int) throws(ReadError) -> [UInt8]?

  /// For entries with or without a customer. `type` is the type's name; `attributes` are the names of the columns from 2
  /// on.
  init(
    type: ArraySlice<UInt8>, attributes: [String], hasCustomer: Bool, fixed: FixedString
  ) throws(ReadError) {
    texts.append(UInt8(ascii: "{"))
    for (name, member) in Self.members(attributes) {
      // Data is always there: members before it end with a comma, those behind it begin with one.
      let isBefore = name.utf8.lexicographicallyPrecedes("data".utf8)
      let isData = if case .data = member { true } else { false }
      let isOfCustomer =
        switch member {
        case .revision, .subject: true
        default: false
        }
      if isOfCustomer, !hasCustomer { continue }
      let label = Array(((isBefore || isData ? "" : ",") + "\"\(name)\":").utf8)
      switch member {
      case .specversion: texts += label + Array("\"1.0\"".utf8)
      case .type:
        texts += label
        JSONText.appendQuoted(type, to: &texts)
      case .column(let column):
        guard let string = try fixed(column) else {
          closeText()
          let before = range(label)
          parts.append(
            .column(column, before: before, after: range(isBefore ? [UInt8(ascii: ",")] : [])))
          start = texts.count
          continue
        }
        if string.isEmpty { continue }
        texts += label + string + (isBefore ? [UInt8(ascii: ",")] : [])
      case .data: part(.data, label)
      case .id: part(.id, label)
      case .recorded: part(.recorded, label)
      case .revision: part(.revision, label)
      case .sequence: part(.sequence, label)
      case .subject: part(.subject, label)
      case .time: part(.time, label)
      }
    }
    texts.append(UInt8(ascii: "}"))
    closeText()
  }

  private enum Member {
    case data, id, recorded, revision, sequence, specversion, subject, time, type
    case column(Int)
  }

  /// All members in the order of their names' bytes. Column 0 is the source, column 1 the schema.
  private static func members(_ attributes: [String]) -> [(String, Member)] {
    var named: [(String, Member)] = [
      ("data", .data), ("dataschema", .column(1)), ("id", .id), ("recordedtime", .recorded),
      ("revision", .revision), ("sequence", .sequence), ("source", .column(0)),
      ("specversion", .specversion), ("subject", .subject), ("time", .time), ("type", .type),
    ]
    for (number, name) in attributes.enumerated() { named.append((name, .column(2 + number))) }
    return named.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
  }

  private mutating func part(_ part: Part, _ label: [UInt8]) {
    texts += label
    closeText()
    parts.append(part)
  }

  /// What has gathered becomes a part.
  private mutating func closeText() {
    if texts.count > start { parts.append(.text(start..<texts.count)) }
    start = texts.count
  }

  /// Keeps a text that is no part by itself.
  private mutating func range(_ text: [UInt8]) -> Range<Int> {
    texts += text
    return texts.count - text.count..<texts.count
  }
}
