internal import Disk

/// The values of one field, encoded (docs/format.md, section 7.7).
struct ValueColumn {
  /// Content of kind 42.
  var values: [UInt8]
  /// Content of kind 43, empty where there is none.
  var texts: [UInt8] = []
  /// Content of kind 44 and its count, empty where there is none.
  var dictionary: [UInt8] = []
  var dictionaryCount = 0

  static let headSize = 16
  static let dictionaryMax = 65_536
  /// Canonical integers go to ±(2⁵³ − 1).
  static let integerMax: Int64 = 1 << 53 - 1
  static let numberMax: UInt64 = 999_999_999_999_999

  /// Encodes values, the first way that fits. There is at least one.
  init(_ values: [ShapedData.Value], _ rows: SegmentRows) {
    let source = ValueSource(values, rows)
    if let column = Self.constant(source) ?? Self.integers(source) ?? Self.numbered(source)
      ?? Self.uuids(source) ?? Self.dictionary(source)
    {
      self = column
    } else {
      self = Self.texts(source)
    }
  }

  private init(_ values: [UInt8]) { self.values = values }

  private static func head(
    _ encoding: UInt8, width: Int = 0, size: Int = 0, base: Int64 = 0
  ) -> [UInt8] {
    var bytes: [UInt8] = [encoding, UInt8(width), 0, 0]
    bytes.appendInteger(UInt32(size))
    bytes.appendInteger(UInt64(bitPattern: base))
    return bytes
  }

  private static func constant(_ source: ValueSource) -> ValueColumn? {
    let first = source.bytes(0)
    for number in 1..<max(1, source.count) where source.bytes(number) != first { return nil }
    return ValueColumn(head(0, size: first.count) + first)
  }

  private static func integers(_ source: ValueSource) -> ValueColumn? {
    var numbers: [Int64] = []
    numbers.reserveCapacity(source.count)
    for number in 0..<source.count {
      guard let value = integer(source.bytes(number)) else { return nil }
      numbers.append(value)
    }
    let base = numbers.min() ?? 0
    let width = PackedBits.width(of: UInt64((numbers.max() ?? 0) - base))
    var bytes = head(1, width: width, base: base)
    bytes.appendPacked(numbers.lazy.map { UInt64($0 - base) }, width: width)
    return ValueColumn(bytes)
  }

  /// A canonical integer; nil for anything else.
  private static func integer(_ bytes: ArraySlice<UInt8>) -> Int64? {
    let isNegative = bytes.first == UInt8(ascii: "-")
    let digits = isNegative ? bytes.dropFirst() : bytes
    guard let value = number(digits), value <= UInt64(integerMax), !isNegative || value > 0 else {
      return nil
    }
    return isNegative ? -Int64(value) : Int64(value)
  }

  /// Up to 16 digits without a leading zero, or `0`; nil for anything else.
  private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
    guard let first = digits.first, digits.count <= 16, first != 0x30 || digits.count == 1 else {
      return nil
    }
    var value: UInt64 = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      value = value * 10 + UInt64(digit - 0x30)
    }
    return value
  }

  private static func numbered(_ source: ValueSource) -> ValueColumn? {
    let first = source.bytes(0)
    guard first.count >= 3, first.first == UInt8(ascii: "\""), !first.contains(UInt8(ascii: "\\"))
    else { return nil }
    let inner = first.dropFirst().dropLast()
    let digits = inner.reversed().prefix { (0x30...0x39).contains($0) }.count
    let prefix = Array(inner.dropLast(digits))
    guard digits > 0 else { return nil }
    var numbers: [UInt64] = []
    numbers.reserveCapacity(source.count)
    for place in 0..<source.count {
      let bytes = source.bytes(place)
      guard bytes.count >= prefix.count + 3, bytes.first == UInt8(ascii: "\"") else { return nil }
      let text = bytes.dropFirst().dropLast()
      guard text.starts(with: prefix), let value = number(text.dropFirst(prefix.count)),
        value <= numberMax
      else { return nil }
      numbers.append(value)
    }
    let base = numbers.min() ?? 0
    let width = PackedBits.width(of: (numbers.max() ?? 0) - base)
    var bytes = head(2, width: width, size: prefix.count, base: Int64(base))
    bytes += prefix
    bytes.appendZeros((8 - prefix.count % 8) % 8)
    bytes.appendPacked(numbers.lazy.map { $0 - base }, width: width)
    return ValueColumn(bytes)
  }

  private static func uuids(_ source: ValueSource) -> ValueColumn? {
    var bytes = head(4)
    bytes.reserveCapacity(headSize + 16 * source.count)
    for number in 0..<source.count {
      let (raw, range) = source.place(number)
      guard range.count == 38, raw[range.lowerBound] == UInt8(ascii: "\""),
        let (high, low) = IDForm.uuid(raw, range.lowerBound + 1..<range.upperBound - 1)
      else { return nil }
      bytes.appendInteger(high.byteSwapped)
      bytes.appendInteger(low.byteSwapped)
    }
    return ValueColumn(bytes)
  }

  private static func dictionary(_ source: ValueSource) -> ValueColumn? {
    var strings = ByteInterner()
    var ids: [UInt32] = []
    ids.reserveCapacity(source.count)
    for number in 0..<source.count {
      let (raw, range) = source.place(number)
      ids.append(UInt32(strings.number(of: raw, range)))
      guard strings.count <= dictionaryMax, strings.count * 2 <= source.count else { return nil }
    }
    let (order, ranks) = strings.sorted()
    let width = PackedBits.width(of: UInt64(strings.count - 1))
    var column = ValueColumn(head(3, width: width, size: strings.count))
    column.values.appendPacked(ids.lazy.map { UInt64(ranks[Int($0)]) }, width: width)
    column.dictionary = DictionaryContent.encoded(strings, order)
    column.dictionaryCount = strings.count
    return column
  }

  private static func texts(_ source: ValueSource) -> ValueColumn {
    var column = ValueColumn(head(5))
    column.values.appendLengths((0..<source.count).lazy.map { source.place($0).1.count })
    for number in 0..<source.count { column.texts += source.bytes(number) }
    return column
  }
}

/// Values of one field, wherever their rows' bytes lie.
private struct ValueSource {
  private let values: [ShapedData.Value]
  private let rows: SegmentRows

  init(_ values: [ShapedData.Value], _ rows: SegmentRows) {
    self.values = values
    self.rows = rows
  }

  var count: Int { values.count }

  func place(_ number: Int) -> ([UInt8], Range<Int>) {
    let value = values[number]
    return (rows.data(Int(value.row)).bytes, Int(value.start)..<Int(value.end))
  }

  func bytes(_ number: Int) -> ArraySlice<UInt8> {
    let (bytes, range) = place(number)
    return bytes[range]
  }
}
