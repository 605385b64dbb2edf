// The rows of a rebuild, on their way into the file.

import GRDB
import Synchronization

/// Writes the rows of a fresh file table by table as pages, and draws their digests. A table's rows come in the order of
/// its primary key, a run at a time; runs of different tables come as they like.
///
/// SQLite made the tables, and opens the file again when it is finished.
final class PagedTables: Sendable {
  let path: String
  private let shapes: [TableShape]
  private let numbers: [String: Int]
  private let state: Mutex<PagedState>

  /// `shapes` are those of the file at `path`, which nobody has open.
  init(_ path: String, pageSize: Int, pageCount: Int, _ shapes: [TableShape])
    throws(ProjectionError)
  {
    self.path = path
    self.shapes = shapes
    numbers = Dictionary(uniqueKeysWithValues: shapes.enumerated().map { ($1.name, $0) })
    let file = try PageFile(path, pageSize: pageSize, pageCount: pageCount)
    state = Mutex(
      PagedState(file: file, tables: shapes.map { PagedTable($0, pageSize: pageSize) }))
  }

  /// Tables that gather rows for ``add(_:)``. Each thread has its own.
  func gathering() -> Tables { Tables(gathering: shapes) }

  /// How the records of a table are laid out.
  func layout(of table: String) -> RecordLayout { shapes[number(table)].layout }

  private func number(_ table: String) -> Int {
    guard let number = numbers[table] else { preconditionFailure("a table of the file") }
    return number
  }

  /// Takes in the rows that writers have gathered. The rows of a run are behind those of the run before.
  func add(_ runs: [(table: String, run: RecordRun)]) throws(ProjectionError) {
    try state.withLock { state throws(ProjectionError) in
      for (table, run) in runs {
        try state.tables[number(table)].add(run, to: state.file)
      }
    }
  }

  /// Writes the rest of every table. Then SQLite may open the file; ``insertOthers(in:)`` is still to be called.
  func finish() throws(ProjectionError) {
    try state.withLock { state throws(ProjectionError) in
      for number in state.tables.indices { try state.tables[number].finish(to: state.file) }
      try state.file.finish()
    }
  }

  /// Writes the rows of tables that SQLite must write.
  func insertOthers(in db: Database) throws {
    try state.withLock { try $0.tables.forEach { try $0.insertOthers(in: db) } }
  }

  /// The digest of the rows. Those of tables that SQLite wrote are read from `db`.
  func digest(_ db: Database) throws -> ContentDigest {
    try state.withLock { state in
      let own = state.tables.filter { !$0.shape.name.hasPrefix("_rapport") }
      return Digest.contents(of: try own.map { try $0.digest(db) })
    }
  }
}

private struct PagedState {
  let file: PageFile
  var tables: [PagedTable]
}

/// One table on its way into the file.
private struct PagedTable {
  let shape: TableShape
  private var tree: TreeBuilder?
  private var drawn = CanonicalBuffer()
  private var rows = 0
  private var last: [UInt8] = []
  /// The rows of a table that SQLite must write.
  private var others: RecordRun

  init(_ shape: TableShape, pageSize: Int) {
    self.shape = shape
    tree = shape.root.map { TreeBuilder(root: $0, pageSize: pageSize) }
    others = RecordRun(shape.layout)
  }

  mutating func add(_ run: RecordRun, to file: PageFile) throws(ProjectionError) {
    guard var tree = tree.take() else { return others.append(contentsOf: run) }
    let layout = shape.layout
    var end: Range<Int>?
    try run.forEachInOrder { (bytes, range) throws(ProjectionError) in
      if end == nil, rows > 0 {
        let order = RecordOrder.compare(
          last.span, 0, bytes.span, range.lowerBound, keyCount: layout.keyCount)
        precondition(order < 0, "rows of \(shape.name) come in the order of the key")
      }
      drawn.append(record: bytes, range, layout)
      try tree.add(bytes, range, to: file)
      rows += 1
      end = range
    }
    if let end { last = Array(run.bytes[end]) }
    self.tree = tree
  }

  mutating func finish(to file: PageFile) throws(ProjectionError) {
    guard let tree = tree.take(), rows > 0 else { return }
    try tree.finish(to: file)
  }

  func insertOthers(in db: Database) throws {
    guard others.count > 0 else { return }
    let writer = try RowWriter(shape.name, in: db)
    for row in 0..<others.count {
      others.values(row, into: writer)
      try writer.insert()
    }
  }

  func digest(_ db: Database) throws -> (name: String, digest: [UInt8], rows: Int) {
    if shape.root != nil { return (shape.name, drawn.finish(), rows) }
    let (digest, rows) = try Digest.table(shape.name, in: db)
    return (shape.name, digest, rows)
  }
}

extension RecordRun {
  mutating func append(contentsOf other: RecordRun) {
    for row in 0..<other.count { append(record: other.bytes, other.range(row)) }
  }

  /// Hands the values of a row to a writer, in the order of the table's columns.
  fileprivate func values(_ row: Int, into writer: RowWriter) {
    let span = bytes.span
    var reader = RecordReader(span, at: range(row).lowerBound)
    let found = layout.columns.map { _ in reader.next(span) }
    for place in layout.places {
      let (type, start) = found[place]
      if type == SerialType.null {
        writer.integer(nil)
      } else if SerialType.isText(type) {
        writer.text(utf8: bytes[start..<start + SerialType.size(type)])
      } else {
        writer.integer(SerialType.integer(type, span, at: start))
      }
    }
  }
}

extension CanonicalBuffer {
  /// Appends the values of a record as ``Digest`` draws them, in the order of the table's columns.
  mutating func append(record bytes: [UInt8], _ range: Range<Int>, _ layout: RecordLayout) {
    let span = bytes.span
    if layout.isPlain {
      var reader = RecordReader(span, at: range.lowerBound)
      for _ in layout.columns { append(reader.next(span), bytes) }
      return
    }
    var reader = RecordReader(span, at: range.lowerBound)
    let found = layout.columns.map { _ in reader.next(span) }
    for place in layout.places { append(found[place], bytes) }
  }

  @inline(__always)
  private mutating func append(_ value: (type: UInt64, start: Int), _ bytes: [UInt8]) {
    let (type, start) = value
    if type == SerialType.null {
      appendNull()
    } else if SerialType.isText(type) {
      let range = start..<start + SerialType.size(type)
      precondition(range.upperBound <= bytes.count, "the value lies within the record")
      // Safe: the range lies within `bytes`, which does not change inside the closure.
      unsafe bytes.withUnsafeBytes {
        unsafe append(.text, UnsafeRawBufferPointer(rebasing: $0[range]))
      }
    } else {
      append(integer: SerialType.integer(type, bytes.span, at: start))
    }
  }
}
