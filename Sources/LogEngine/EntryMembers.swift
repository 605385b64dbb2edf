internal import JSONBytes

/// The members of one entry, and whether the rules of a segment give the entry back byte for byte
/// (docs/format.md, section 7.8).
struct EntryMembers {
  /// A string of the entry: where it stands, or what it says where it holds escapes.
  enum Text {
    case plain(Range<Int>)
    case decoded([UInt8])

    var count: Int {
      switch self {
      case .plain(let range): range.count
      case .decoded(let bytes): bytes.count
      }
    }
  }

  var type: Text?
  var source: Text?
  var subject: Text?
  var id: Text?
  var schema: Text?
  var recorded: Int64?
  var time: Int64?
  /// As stated, from 1; 0 where there is none.
  var revision: UInt32 = 0
  var data = 0..<0
  /// Name and value of each further attribute, as they stand.
  var attributes: [(name: Range<Int>, value: Range<Int>)] = []
  /// Nothing was found that the columns could not give back. The revision is judged later, with the customer's others.
  private(set) var isRegular = true

  private var hasSpecversion = false
  private var hasSequence = false
  private var hasRevision = false

  /// Reads an entry of any bytes.
  mutating func read(
    _ raw: [UInt8], _ entry: Range<Int>, position: UInt64, _ scanner: inout JSONScanner
  ) {
    scanner.removeAll()
    // Whatever is wrong with it: it is kept whole.
    guard let root = try? scanner.scan(raw.span, in: entry), scanner.nodes[root].kind == .object
    else {
      isRegular = false
      return
    }
    let nodes = scanner.nodes
    let end = Int(nodes[root].next)
    var place = root + 1
    // Where the next member must begin: members stand side by side, without blanks.
    var cursor = Int(nodes[root].start) + 1
    var last: Range<Int>?
    while place < end {
      let name = Int(nodes[place].start)..<Int(nodes[place].end)
      let node = nodes[place + 1]
      let value = Self.outer(node)
      if nodes[place].isEscaped || name.lowerBound != cursor + 1
        || value.lowerBound != name.upperBound + 2
        || !(last.map { Self.precedes($0, name, raw) } ?? true)
      {
        isRegular = false
      }
      take(name, node, value, raw, position)
      last = name
      cursor = value.upperBound + 1
      place = Int(node.next)
    }
    isRegular =
      isRegular && cursor == entry.upperBound && Int(nodes[root].start) == entry.lowerBound
      && hasSpecversion && hasSequence && !data.isEmpty && type != nil && source != nil
      && id != nil && recorded != nil && time != nil && hasRevision == (subject != nil)
  }

  /// The value's bytes, a string's with its quotes.
  private static func outer(_ node: JSONNode) -> Range<Int> {
    node.kind == .string
      ? Int(node.start) - 1..<Int(node.end) + 1 : Int(node.start)..<Int(node.end)
  }

  private static func precedes(_ one: Range<Int>, _ other: Range<Int>, _ raw: [UInt8]) -> Bool {
    let common = min(one.count, other.count)
    for place in 0..<common {
      let left = raw[one.lowerBound + place]
      let right = raw[other.lowerBound + place]
      if left != right { return left < right }
    }
    return one.count < other.count
  }

  private mutating func take(
    _ name: Range<Int>, _ node: JSONNode, _ value: Range<Int>, _ raw: [UInt8], _ position: UInt64
  ) {
    switch EnvelopeName(raw, name) {
    case .data: data = value
    case .dataschema: schema = text(node, raw, sizeMax: Int.max, isEmptyAbsent: true)
    case .id: id = text(node, raw, sizeMax: 256, isEmptyAbsent: false)
    case .source: source = text(node, raw, sizeMax: 256, isEmptyAbsent: false)
    case .subject: subject = text(node, raw, sizeMax: 128, isEmptyAbsent: true)
    case .type: type = text(node, raw, sizeMax: 128, isEmptyAbsent: false)
    case .recordedtime: recorded = instant(node, raw)
    case .time: time = instant(node, raw)
    case .revision: takeRevision(node, raw)
    case .sequence: takeSequence(node, raw, position)
    case .specversion:
      hasSpecversion =
        node.kind == .string && value.count == 5
        && raw[value].elementsEqual("\"1.0\"".utf8)
    case nil: attributes.append((name, value))
    }
  }

  private mutating func text(
    _ node: JSONNode, _ raw: [UInt8], sizeMax: Int, isEmptyAbsent: Bool
  ) -> Text? {
    guard node.kind == .string else {
      isRegular = false
      return nil
    }
    let range = Int(node.start)..<Int(node.end)
    var text = Text.plain(range)
    if node.isEscaped {
      let decoded = JSONText.decoded(node, raw)
      var written: [UInt8] = []
      JSONText.appendQuoted(decoded[...], to: &written)
      if !written.dropFirst().dropLast().elementsEqual(raw[range]) { isRegular = false }
      text = .decoded(decoded)
    }
    if isEmptyAbsent, text.count == 0 { isRegular = false }
    guard text.count <= sizeMax else {
      isRegular = false
      return nil
    }
    return text
  }

  /// A time in the one form that entries have: UTC, six fraction digits, 27 bytes.
  private mutating func instant(_ node: JSONNode, _ raw: [UInt8]) -> Int64? {
    let range = Int(node.start)..<Int(node.end)
    guard node.kind == .string, range.count == Timestamp.writtenSize,
      raw[range.lowerBound + 10] == UInt8(ascii: "T"),
      raw[range.lowerBound + 19] == UInt8(ascii: "."),
      raw[range.lowerBound + 26] == UInt8(ascii: "Z"),
      let time = Timestamp(raw.span, in: range)
    else {
      isRegular = false
      return nil
    }
    return time.microseconds
  }

  private mutating func takeRevision(_ node: JSONNode, _ raw: [UInt8]) {
    hasRevision = true
    guard node.isPlainInteger, raw[Int(node.start)] != UInt8(ascii: "-"),
      node.end - node.start <= 10
    else {
      isRegular = false
      return
    }
    let value = raw[Int(node.start)..<Int(node.end)].reduce(UInt64(0)) {
      $0 * 10 + UInt64($1 - 0x30)
    }
    guard value >= 1, value <= UInt64(Limits.revisionMax) else {
      isRegular = false
      return
    }
    revision = UInt32(value)
  }

  private mutating func takeSequence(_ node: JSONNode, _ raw: [UInt8], _ position: UInt64) {
    var rest = position
    hasSequence = node.kind == .string && node.end - node.start == 20
    guard hasSequence else { return }
    for place in (Int(node.start)..<Int(node.end)).reversed() {
      if raw[place] != 0x30 + UInt8(rest % 10) { hasSequence = false }
      rest /= 10
    }
  }
}

/// The members of an entry that have columns of their own.
enum EnvelopeName: CaseIterable {
  case data, dataschema, id, recordedtime, revision, sequence, source, specversion, subject, time,
    type

  var name: String { "\(self)" }

  /// Nil for a further attribute.
  init?(_ bytes: [UInt8], _ range: Range<Int>) {
    func reads(_ word: StaticString) -> Bool {
      guard word.utf8CodeUnitCount == range.count else { return false }
      for place in 0..<range.count where bytes[range.lowerBound + place] != word.letter(at: place) {
        return false
      }
      return true
    }
    switch range.count {
    case 2: if reads("id") { self = .id; return }
    case 4:
      if reads("data") { self = .data; return }
      if reads("time") { self = .time; return }
      if reads("type") { self = .type; return }
    case 6: if reads("source") { self = .source; return }
    case 7: if reads("subject") { self = .subject; return }
    case 8:
      if reads("revision") { self = .revision; return }
      if reads("sequence") { self = .sequence; return }
    case 10: if reads("dataschema") { self = .dataschema; return }
    case 11: if reads("specversion") { self = .specversion; return }
    case 12: if reads("recordedtime") { self = .recordedtime; return }
    default: break
    }
    return nil
  }
}

extension StaticString {
  /// One byte of the text.
  fileprivate func letter(at place: Int) -> UInt8 {
    precondition(place >= 0 && place < utf8CodeUnitCount, "a place within the text")
    // Safe: the place was checked, and the text lives for ever.
    return unsafe utf8Start[place]
  }
}
