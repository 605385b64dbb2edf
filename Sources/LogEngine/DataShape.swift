internal import JSONBytes

/// The `data` of some type's rows taken apart: shapes with holes, and for each field where its values stand
/// (docs/format.md, section 7.7).
struct ShapedData {
  /// A text with holes.
  struct Shape {
    /// What the shape is written as in kind 40.
    var encoded: [UInt8]
    /// For each hole the field.
    var fields: [Int]
  }

  /// Where a value stands: a row's bytes, with quotes where it is a string.
  struct Value {
    var row: UInt32
    var start: UInt32
    var end: UInt32
  }

  /// Sorted by their encoding.
  private(set) var shapes: [Shape] = []
  /// Sorted by path.
  private(set) var paths: [[UInt8]] = []
  /// For each row of the type its shape.
  private(set) var rowShapes: [UInt32] = []
  /// For each field its values, in order of row and then of the text.
  private(set) var values: [[Value]] = []

  static let rowsMin = 64
  static let shapesMax = 256
  static let rowsPerShapeMin = 16
  static let fieldsMax = 256
  /// Holes of one row, so that memory stays bounded; more are kept as text.
  static let holesMax = 4_096

  /// Takes the rows of one type apart; nil where they are better kept as text.
  init?(_ rows: SegmentRows, _ numbers: [UInt32], _ scanner: inout JSONScanner) {
    guard numbers.count >= Self.rowsMin, numbers.allSatisfy({ !rows.isException[Int($0)] }) else {
      return nil
    }
    var collector = ShapeCollector()
    let shapesMax = min(Self.shapesMax, numbers.count / Self.rowsPerShapeMin)
    var byteCount = 0
    for number in numbers {
      let (bytes, range) = rows.data(Int(number))
      byteCount += range.count
      scanner.removeAll()
      // What is no object, or scans no more, is kept as text.
      guard let root = try? scanner.scan(bytes.span, in: range),
        scanner.nodes[root].kind == .object,
        collector.add(number, bytes, range, scanner.nodes, root),
        collector.shapes.count <= shapesMax, collector.paths.count <= Self.fieldsMax
      else { return nil }
    }
    guard collector.textSize * 4 <= byteCount else { return nil }
    arrange(collector)
  }

  /// Puts fields and shapes into the order of their bytes.
  private mutating func arrange(_ collector: ShapeCollector) {
    let (order, ranks) = collector.paths.sorted()
    paths = order.map { Array(collector.paths[$0]) }
    values = order.map { collector.values[$0] }
    let encoded = collector.shapes.map { shape in
      let fields = shape.fields.map { Int(ranks[$0]) }
      var bytes: [UInt8] = []
      bytes.appendVarint(UInt64(fields.count))
      for (hole, field) in fields.enumerated() {
        bytes.appendVarint(UInt64(shape.texts[hole].count))
        bytes += shape.texts[hole]
        bytes.appendVarint(UInt64(field))
      }
      bytes.appendVarint(UInt64(shape.texts[fields.count].count))
      bytes += shape.texts[fields.count]
      return Shape(encoded: bytes, fields: fields)
    }
    let sorted = encoded.indices.sorted {
      encoded[$0].encoded.lexicographicallyPrecedes(encoded[$1].encoded)
    }
    shapes = sorted.map { encoded[$0] }
    var places: [UInt32] = Array(repeating: 0, count: sorted.count)
    for (place, number) in sorted.enumerated() { places[number] = UInt32(place) }
    rowShapes = collector.rowShapes.map { places[Int($0)] }
  }
}

/// Gathers shapes and values row by row.
private struct ShapeCollector {
  struct Shape {
    /// The texts before the holes, and the one behind the last.
    var texts: [[UInt8]]
    var fields: [Int]
  }

  private(set) var shapes: [Shape] = []
  private(set) var paths = ByteInterner()
  private(set) var values: [[ShapedData.Value]] = []
  private(set) var rowShapes: [UInt32] = []
  /// Bytes of all shapes' texts.
  private(set) var textSize = 0
  private var keys = ByteInterner()
  private var key: [UInt8] = []
  private var holes: [Range<Int>] = []

  /// Takes one row's data; false where it has too many values.
  mutating func add(
    _ row: UInt32, _ bytes: [UInt8], _ range: Range<Int>, _ nodes: [JSONNode], _ root: Int
  ) -> Bool {
    holes.removeAll(keepingCapacity: true)
    findHoles(nodes, root)
    guard holes.count <= ShapedData.holesMax else { return false }
    // A zero byte stands in no JSON text: it marks the holes.
    key.removeAll(keepingCapacity: true)
    var place = range.lowerBound
    for hole in holes {
      key += bytes[place..<hole.lowerBound]
      key.append(0)
      place = hole.upperBound
    }
    key += bytes[place..<range.upperBound]
    let shape = keys.number(of: key, 0..<key.count)
    if shape == shapes.count { addShape(bytes, range, nodes, root) }
    rowShapes.append(UInt32(shape))
    for (hole, field) in zip(holes, shapes[shape].fields) {
      values[field].append(
        ShapedData.Value(
          row: row, start: UInt32(hole.lowerBound), end: UInt32(hole.upperBound)))
    }
    return true
  }

  /// Where the scalars stand, in order of the text.
  private mutating func findHoles(_ nodes: [JSONNode], _ root: Int) {
    var place = root + 1
    let end = Int(nodes[root].next)
    let isObject = nodes[root].kind == .object
    while place < end {
      let value = isObject ? place + 1 : place
      let node = nodes[value]
      switch node.kind {
      case .object, .array: findHoles(nodes, value)
      case .string: holes.append(Int(node.start) - 1..<Int(node.end) + 1)
      default: holes.append(Int(node.start)..<Int(node.end))
      }
      place = Int(node.next)
    }
  }

  private mutating func addShape(
    _ bytes: [UInt8], _ range: Range<Int>, _ nodes: [JSONNode], _ root: Int
  ) {
    var texts: [[UInt8]] = []
    var place = range.lowerBound
    for hole in holes {
      texts.append(Array(bytes[place..<hole.lowerBound]))
      place = hole.upperBound
    }
    texts.append(Array(bytes[place..<range.upperBound]))
    textSize += texts.reduce(0) { $0 + $1.count }
    var fields: [Int] = []
    var path: [UInt8] = []
    name(nodes, root, bytes, &path, &fields)
    shapes.append(Shape(texts: texts, fields: fields))
  }

  /// The fields of the holes below `root`, in order of the text.
  private mutating func name(
    _ nodes: [JSONNode], _ root: Int, _ bytes: [UInt8], _ path: inout [UInt8],
    _ fields: inout [Int]
  ) {
    var place = root + 1
    let end = Int(nodes[root].next)
    let isObject = nodes[root].kind == .object
    let length = path.count
    while place < end {
      let value = isObject ? place + 1 : place
      path.append(UInt8(ascii: "/"))
      if isObject {
        for byte in bytes[Int(nodes[place].start)..<Int(nodes[place].end)] {
          switch byte {
          case UInt8(ascii: "~"): path += Array("~0".utf8)
          case UInt8(ascii: "/"): path += Array("~1".utf8)
          default: path.append(byte)
          }
        }
      } else {
        path.append(UInt8(ascii: "-"))
      }
      switch nodes[value].kind {
      case .object, .array: name(nodes, value, bytes, &path, &fields)
      default:
        let field = paths.number(of: path, 0..<path.count)
        if field == values.count { values.append([]) }
        fields.append(field)
      }
      path.removeLast(path.count - length)
      place = Int(nodes[value].next)
    }
  }
}
