// Members of `data` as columns of whole numbers or of numbers of strings, whatever form the log keeps them in.

import JSONBytes
import LogEngine

/// Strings and numbers that several folds of one thread share, and what they last learned of a segment.
struct ColumnContext: Sendable {
  /// Where a row has no value.
  static let none = UInt32.max
  static let null = Int64.min

  /// Customers, texts of `data`, names of types.
  private(set) var strings = TextPool()
  /// Whole numbers of keys.
  var integers = NumberTable()
  private var names: ScanNames?
  /// For each customer of the segment its number in ``strings``.
  private var subjects: [UInt32] = []

  mutating func text(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    strings.number(of: bytes, range)
  }

  mutating func text(_ slice: ArraySlice<UInt8>) -> UInt32 {
    let bytes = Array(slice)
    return text(bytes, 0..<bytes.count)
  }

  /// For each of `rows` the customer; ``none`` where the event has none.
  mutating func subjects(
    of rows: [UInt32], _ batch: ScanBatch, into ids: inout [UInt32]
  ) throws(ReadError) {
    if names !== batch.names {
      names = batch.names
      let customers = try batch.names.customers()
      // In the order of the dictionary, which is that of the names.
      let bytes = customers.bytes
      subjects = (0..<customers.count).map { number in
        let range = customers.range(number)
        return range.isEmpty ? Self.none : text(bytes, range)
      }
    }
    let local = batch.customers
    let base = local.startIndex
    ids.removeAll(keepingCapacity: true)
    ids.reserveCapacity(rows.count)
    for row in rows { ids.append(subjects[Int(local[base + Int(row)])]) }
  }

  /// The numbers of texts that are `prefix` and a number.
  fileprivate mutating func texts(ofPrefix prefix: [UInt8], _ numbers: [Int64]) -> [UInt32] {
    strings.numbers(ofPrefix: prefix, numbers)
  }
}

/// The members that are asked for, of the rows of one type in one batch.
struct ColumnValues {
  private(set) var integers: [String: [Int64]] = [:]
  private(set) var texts: [String: [UInt32]] = [:]

  /// Reads whole numbers and strings of the rows of a type. `rows` are all rows of the type.
  init(
    _ batch: ScanBatch, type: Int, rows: [UInt32], integers: Set<String>, texts: Set<String>,
    _ context: inout ColumnContext
  ) {
    if let columns = batch.values(ofType: type), columns.isFlat, !batch.hasExceptions {
      var isDone = true
      for name in integers {
        guard let field = Self.field(name, columns) else {
          self.integers[name] = Array(repeating: ColumnContext.null, count: rows.count)
          continue
        }
        guard let values = Self.integers(field, count: rows.count) else {
          isDone = false
          break
        }
        self.integers[name] = values
      }
      for name in texts where isDone {
        guard let field = Self.field(name, columns) else {
          self.texts[name] = Array(repeating: ColumnContext.none, count: rows.count)
          continue
        }
        guard let values = Self.texts(field, count: rows.count, &context) else {
          isDone = false
          break
        }
        self.texts[name] = values
      }
      if isDone { return }
    }
    read(batch, type, rows, integers, texts, &context)
  }

  private static func field(_ name: String, _ columns: ValueColumns) -> FieldColumn? {
    columns.paths.firstIndex(of: "/\(name)").map { columns.fields[$0] }
  }

  private static func integers(_ field: FieldColumn, count: Int) -> [Int64]? {
    switch field {
    case .integers(let values): return values
    case .constant(let json):
      let value = integer(ofJSON: json[...])
      return Array(repeating: value, count: count)
    case .dictionary(let ids, let strings):
      let values = (0..<strings.count).map { integer(ofJSON: strings[$0]) }
      return ids.map { values[Int($0)] }
    case .numbered, .uuids: return Array(repeating: ColumnContext.null, count: count)
    case .texts: return nil
    }
  }

  private static func texts(
    _ field: FieldColumn, count: Int, _ context: inout ColumnContext
  ) -> [UInt32]? {
    switch field {
    case .integers: return Array(repeating: ColumnContext.none, count: count)
    case .constant(let json):
      return Array(repeating: number(ofJSON: json[...], &context), count: count)
    case .dictionary(let ids, let strings):
      let numbers = (0..<strings.count).map { number(ofJSON: strings[$0], &context) }
      return ids.map { numbers[Int($0)] }
    case .numbered(let prefix, let values): return context.texts(ofPrefix: prefix, values)
    case .uuids, .texts: return nil
    }
  }

  private static func integer(ofJSON json: ArraySlice<UInt8>) -> Int64 {
    view(json)?.integer ?? ColumnContext.null
  }

  private static func number(
    ofJSON json: ArraySlice<UInt8>, _ context: inout ColumnContext
  ) -> UInt32 {
    view(json)?.text.map { context.text($0) } ?? ColumnContext.none
  }

  /// A value column holds JSON; one that does not is damage, which the log's reader has refused.
  private static func view(_ json: ArraySlice<UInt8>) -> JSONView? {
    (try? JSONDocument(scanning: Array(json)))?.root
  }

  /// Text by text: where data is not in columns, or one of its rows is not.
  private mutating func read(
    _ batch: ScanBatch, _ type: Int, _ rows: [UInt32], _ integers: Set<String>,
    _ texts: Set<String>, _ context: inout ColumnContext
  ) {
    var numbers = Dictionary(uniqueKeysWithValues: integers.map { ($0, [Int64]()) })
    var strings = Dictionary(uniqueKeysWithValues: texts.map { ($0, [UInt32]()) })
    var scanner = JSONScanner()
    func add(_ bytes: [UInt8], _ range: Range<Int>, isEntry: Bool) {
      scanner.removeAll()
      // An entry that is no event has no data; verify tells of it.
      let node = try? scanner.scan(bytes.span, in: range)
      var data = node.map {
        JSONView(document: JSONDocument(bytes: bytes, nodes: scanner.nodes), index: $0)
      }
      if isEntry { data = data?["data"] }
      for name in integers {
        numbers[name]?.append(data?[name]?.integer ?? ColumnContext.null)
      }
      for name in texts {
        let text = data?[name]?.text
        strings[name]?.append(text.map { context.text($0) } ?? ColumnContext.none)
      }
    }
    var number = 0
    batch.forEachData(ofType: type) { bytes, range in
      if let entry = range.isEmpty ? batch.exception(Int(rows[number])) : nil {
        let whole = Array(entry)
        add(whole, 0..<whole.count, isEntry: true)
      } else {
        add(bytes, range, isEntry: false)
      }
      number += 1
    }
    self.integers = numbers
    self.texts = strings
  }
}
