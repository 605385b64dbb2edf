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
    // Data is always there: members before it end with a comma, those behind it begin with one.
    var isBefore = true
    for (name, member) in EntryLayout(attributes: attributes).members {
      if case .data = member { isBefore = false }
      let isFirst = if case .data = member { true } else { isBefore }
      let label = (isFirst ? [] : [UInt8(ascii: ",")]) + name
      switch member {
      case .specversion: texts += label + Array("\"1.0\"".utf8)
      case .type:
        texts += label
        JSONText.appendQuoted(type, to: &texts)
      case .source: try column(0, label, isBefore: isBefore, fixed)
      case .schema: try column(1, label, isBefore: isBefore, fixed)
      case .attribute(let number): try column(2 + number, label, isBefore: isBefore, fixed)
      case .data: part(.data, label)
      case .id: part(.id, label)
      case .recorded: part(.recorded, label)
      case .revision: if hasCustomer { part(.revision, label) }
      case .sequence: part(.sequence, label)
      case .subject: if hasCustomer { part(.subject, label) }
      case .time: part(.time, label)
      }
    }
    texts.append(UInt8(ascii: "}"))
    closeText()
  }

  /// The string of a column: a text where all entries have the same, else a part.
  private mutating func column(
    _ number: Int, _ label: [UInt8], isBefore: Bool, _ fixed: FixedString
  ) throws(ReadError) {
    let end: [UInt8] = isBefore ? [UInt8(ascii: ",")] : []
    guard let string = try fixed(number) else {
      closeText()
      parts.append(.column(number, before: range(label), after: range(end)))
      start = texts.count
      return
    }
    if !string.isEmpty { texts += label + string + end }
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
