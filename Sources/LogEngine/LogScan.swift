internal import Disk
package import JSONBytes
internal import Synchronization
internal import Transparency

/// What a scan reads.
package struct ScanSelection: Hashable, Sendable {
  package var columns: ScanColumns
  /// Only events of these types; nil for all.
  package var types: Set<String>?
  /// Only events whose `time` lies in here; blocks without any are not read.
  package var times: ClosedRange<Timestamp>?
  /// Only events from here on, and before there.
  package var positions: Range<Position>?

  /// Everything, unless told otherwise.
  package init(
    columns: ScanColumns = .all, types: Set<String>? = nil, times: ClosedRange<Timestamp>? = nil,
    positions: Range<Position>? = nil
  ) {
    self.columns = columns
    self.types = types
    self.times = times
    self.positions = positions
  }
}

/// The selected events of one block or frame as columns: plain arrays, nothing for each event.
///
/// Ids of types and customers are those of ``names``: of the segment's dictionaries, the same object for all blocks of
/// a segment, so that who maps them to its own numbers does it once a segment.
package struct ScanBatch: Sendable {
  /// The strings that ids stand for.
  package let names: ScanNames
  /// Of the block's first row.
  package let first: Position
  /// Rows that are selected, as numbers within the block; nil when all are.
  package let selected: [UInt32]?
  /// Type ids of all rows of the block.
  package let types: [UInt32]
  /// Customer ids of all rows, where they were asked for.
  package let customers: ArraySlice<UInt32>
  /// Revisions of all rows; meaningless where an event has no customer.
  package let revisions: ArraySlice<UInt32>
  /// Microseconds since 1970 of all rows, where they were asked for.
  package let times: [Int64]
  package let recorded: [Int64]
  package let ids: IDColumn
  let data: [TypeData?]
  /// Rows whose entries are kept whole, because columns would not give them back. Their data is empty.
  let exceptions: [Int: Range<Int>]
  let exceptionBytes: [UInt8]
  let sources: [UInt32]
  /// Ids of `dataschema` of all rows, those of ``ScanNames/schemas()``, where they were asked for. A row that is kept whole
  /// has the id of the empty string: its entry says more.
  package let schemas: [UInt32]
  let attributes: [[UInt32]]

  /// Rows of the block.
  package var count: Int { types.count }

  /// The value columns of a type's `data` here: value *i* of a flat column is that of the type's *i*-th row. Nil where
  /// the type has none here, or its data is text.
  package func values(ofType type: Int) -> ValueColumns? {
    guard type < data.count, case .columns(let columns) = data[type] else { return nil }
    return columns
  }

  /// Whether an entry of the block is kept whole; then the `data` of its row is empty.
  package var hasExceptions: Bool { !exceptions.isEmpty }

  /// The entry of a row that is kept whole; nil for any other row.
  package func exception(_ row: Int) -> ArraySlice<UInt8>? {
    exceptions[row].map { exceptionBytes[$0] }
  }

  /// Hands out the `data` of each row of a type, in order, as JSON; also where it is kept in value columns.
  package func forEachData(
    ofType type: Int, _ body: (_ bytes: [UInt8], _ range: Range<Int>) -> Void
  ) {
    guard type < data.count, let data = data[type] else { return }
    switch data {
    case .texts(let bytes, let ends):
      var start = 0
      for end in ends {
        body(bytes, start..<Int(end))
        start = Int(end)
      }
    case .columns(let columns):
      var cursors = Array(repeating: 0, count: columns.fields.count)
      var text: [UInt8] = []
      for row in 0..<columns.count {
        text.removeAll(keepingCapacity: true)
        let shape = columns.shape(row)
        for (hole, field) in shape.fields.enumerated() {
          text += shape.texts[hole]
          columns.fields[field].append(cursors[field], to: &text)
          cursors[field] += 1
        }
        text += shape.texts[shape.fields.count]
        body(text, 0..<text.count)
      }
    }
  }
}

/// The strings behind the ids of a batch.
package final class ScanNames: Sendable {
  /// The names of types by id.
  package let types: [String]
  private let segment: SegmentFile?
  private let table: Mutex<StringTable?>
  private let schemaNames: Mutex<[String]?>
  private let tables: Mutex<ScanTables?>

  init(types: StringTable, segment: SegmentFile) {
    self.types = Self.strings(types)
    self.segment = segment
    table = Mutex(nil)
    schemaNames = Mutex(nil)
    tables = Mutex(nil)
  }

  /// Of events that are not sealed yet.
  init(types: StringTable, customers: StringTable, tables: ScanTables) {
    self.types = Self.strings(types)
    segment = nil
    table = Mutex(customers)
    schemaNames = Mutex(tables.schemas)
    self.tables = Mutex(tables)
  }

  /// The strings behind ``ScanColumns/attributes``. Decoded when they are first asked for.
  package func attributes() throws(ReadError) -> ScanTables {
    if let known = tables.withLock({ $0 }) { return known }
    guard let segment else { preconditionFailure("what is not sealed brings its tables") }
    let found = try segment.scanTables()
    tables.withLock { $0 = found }
    return found
  }

  static func strings(_ table: StringTable) -> [String] {
    (0..<table.count).map { table.string($0) }
  }

  /// The `dataschema` of each schema id, such as `order.completed/1`; empty for events without one, and for entries that
  /// are kept whole. Decoded when it is first asked for.
  package func schemas() throws(ReadError) -> [String] {
    if let known = schemaNames.withLock({ $0 }) { return known }
    guard let segment else { return [] }
    let names = Self.strings(try segment.smallDictionary(.schemas))
    schemaNames.withLock { $0 = names }
    return names
  }

  /// The `subject` of each customer id, empty for events of no customer. Decoded when it is first asked for.
  package func customers() throws(ReadError) -> CustomerNames {
    if let known = table.withLock({ $0 }) { return CustomerNames(table: known) }
    guard let segment else { return CustomerNames(table: StringTable([])) }
    let names = try segment.dictionary(.customers)
    table.withLock { $0 = names }
    return CustomerNames(table: names)
  }
}

/// Names of customers by id.
package struct CustomerNames: Sendable {
  let table: StringTable

  /// How many ids there are.
  package var count: Int { table.count }

  /// The `subject` with this id.
  package subscript(_ id: Int) -> ArraySlice<UInt8> { table[id] }

  /// All of them, one behind the other.
  package var bytes: [UInt8] { table.arena }

  /// Where the `subject` with this id lies in ``bytes``.
  package func range(_ id: Int) -> Range<Int> { table.range(id) }
}

extension EventLog {
  /// Reads the sealed and the hot part of the log in parallel, block by block: each of `threads` threads folds batches
  /// into a state of its own, and the states are given back. A thread's batches come in order of position; which thread
  /// gets which block is left open.
  ///
  /// `pass` hears, from those threads, how many positions are done with: of what was handed out when `fold` has had it, and
  /// of what the selection leaves out, but for segments that ``ScanSelection/positions`` does not touch.
  ///
  /// What the selection does not ask for is neither read nor decompressed. Every page that is read is checked. Cost: of
  /// sealed events tens of nanoseconds each; of events in journals, whose entries must be scanned, about a microsecond.
  /// Throws the first damage in order of position.
  package func scan<State: Sendable>(
    _ selection: ScanSelection, threads: Int, into initial: State,
    pass: @escaping @Sendable (Int) -> Void = { _ in },
    _ fold: @escaping @Sendable (inout State, ScanBatch) throws(ReadError) -> Void
  ) throws(ReadError) -> [State] {
    precondition(threads >= 1, "somebody must do it")
    let plan = ScanPlan(core.shared.withLock { $0.index }, selection, threads: threads)
    for hole in core.shared.withLock({ $0.index.holes })
    where selection.positions?.overlaps(hole.positions) ?? true { throw .corrupt(hole) }
    let results = Monitor(ScanResults<State>(states: [], error: nil))
    for _ in 0..<threads {
      DedicatedThread.start(named: "rapport-scan") {
        var state = initial
        var failure: (Position, ReadError)?
        while failure == nil, let unit = plan.next() {
          do throws(ReadError) {
            try unit.scan(selection, pass: pass) { (batch: ScanBatch) throws(ReadError) in
              try fold(&state, batch)
            }
          } catch {
            failure = (unit.first, error)
            plan.stop()
          }
        }
        let done = state
        let failed = failure
        results.change { results in
          results.states.append(done)
          if let failed, failed.0 < results.error?.0 ?? Position(Limits.positionMax) {
            results.error = failed
          }
        }
      }
    }
    let outcome: ScanResults<State> = results.wait { $0.states.count == threads ? $0 : nil }
    if let error = outcome.error { throw error.1 }
    return outcome.states
  }
}

private struct ScanResults<State: Sendable>: Sendable {
  var states: [State]
  var error: (Position, ReadError)?
}

/// Hands out the parts of a log in order: some blocks of a segment, or some frames.
private final class ScanPlan: Sendable {
  private let units: [ScanUnit]
  private let place = Mutex(0)

  init(_ index: FrameIndex, _ selection: ScanSelection, threads: Int) {
    var units: [ScanUnit] = []
    for segment in index.segments {
      guard selection.positions?.overlaps(segment.first..<segment.next) ?? true else { continue }
      units.append(.segment(segment))
    }
    let frames = Array(index.foundFrames)
    for start in stride(from: 0, to: frames.count, by: 32) {
      units.append(.frames(Array(frames[start..<min(start + 32, frames.count)])))
    }
    self.units = units
  }

  func next() -> ScanUnit? {
    place.withLock { next in
      guard next < units.count else { return nil }
      next += 1
      return units[next - 1]
    }
  }

  func stop() { place.withLock { $0 = .max / 2 } }
}

private enum ScanUnit: Sendable {
  case segment(OpenSegment)
  case frames([FoundFrame])

  var first: Position {
    switch self {
    case .segment(let segment): segment.first
    case .frames(let frames): frames[0].place.first
    }
  }

  func scan(
    _ selection: ScanSelection, pass: (Int) -> Void,
    _ body: (ScanBatch) throws(ReadError) -> Void
  ) throws(ReadError) {
    switch self {
    case .segment(let segment): try segment.file.scan(selection, pass: pass, body)
    case .frames(let frames):
      for frame in frames {
        try FrameScan.scan(frame, selection, body)
        pass(Int(frame.next.value - frame.place.first.value))
      }
    }
  }
}

extension SegmentFile {
  /// Hands out the blocks that may hold selected events, as columns. `pass` hears of the rows of every block: at once of
  /// those that hold none, of any other when it was handed out.
  func scan(
    _ selection: ScanSelection, pass: (Int) -> Void = { _ in },
    _ body: (ScanBatch) throws(ReadError) -> Void
  ) throws(ReadError) {
    let types = try smallDictionary(.types)
    var wanted: Set<Int>?
    if let names = selection.types {
      wanted = Set((0..<types.count).filter { names.contains(types.string($0)) })
    }
    var blocks: [Int] = []
    var passedBy = 0
    for (number, block) in footer.blocks.enumerated() {
      if isWanted(block, wanted, selection) {
        blocks.append(number)
      } else {
        passedBy += Int(block.rows)
      }
    }
    pass(passedBy)
    guard !blocks.isEmpty else { return }
    var customers: CustomerRows?
    if selection.columns.contains(.customers) { customers = try customerRows() }
    let names = ScanNames(types: types, segment: self)
    var columns = selection.columns
    if selection.times != nil { columns.insert(.times) }
    for number in blocks {
      let block = try decode(block: number, columns, dataOf: wanted)
      let rows = block.rows
      try body(
        ScanBatch(
          names: names, first: header.first.advanced(by: rows.lowerBound),
          selected: selected(block, wanted, selection), types: block.types,
          customers: customers?.customers[rows] ?? [], revisions: customers?.revisions[rows] ?? [],
          times: block.times, recorded: block.recorded, ids: block.ids, data: block.data,
          exceptions: block.exceptions, exceptionBytes: block.exceptionBytes,
          sources: block.sources, schemas: block.schemas,
          attributes: block.attributes))
      pass(rows.count)
    }
  }

  /// The zone map: whether a block can hold a selected event.
  private func isWanted(
    _ block: BlockEntry, _ types: Set<Int>?, _ selection: ScanSelection
  ) -> Bool {
    if let types, !types.contains(where: { block.has(type: $0) }) { return false }
    if let times = selection.times,
      block.timeMax < times.lowerBound || block.timeMin > times.upperBound
    {
      return false
    }
    if let positions = selection.positions {
      let first = header.first.advanced(by: Int(block.firstRow))
      return positions.overlaps(first..<first.advanced(by: Int(block.rows)))
    }
    return true
  }

  private func selected(
    _ block: DecodedBlock, _ types: Set<Int>?, _ selection: ScanSelection
  ) -> [UInt32]? {
    guard types != nil || selection.times != nil || selection.positions != nil else { return nil }
    var isType = Array(repeating: types == nil, count: Int(footer.typeCount))
    for type in types ?? [] { isType[type] = true }
    let first = header.first.advanced(by: block.rows.lowerBound)
    var rows: [UInt32] = []
    for (row, type) in block.types.enumerated() where isType[Int(type)] {
      if let times = selection.times,
        !times.contains(Timestamp(microseconds: block.times[row]))
      {
        continue
      }
      if let positions = selection.positions, !positions.contains(first.advanced(by: row)) {
        continue
      }
      rows.append(UInt32(row))
    }
    return rows
  }
}

/// Frames of a journal as columns: what is not sealed yet takes the same path as what is.
enum FrameScan {
  static func scan(
    _ frame: FoundFrame, _ selection: ScanSelection, _ body: (ScanBatch) throws(ReadError) -> Void
  ) throws(ReadError) {
    if let positions = selection.positions, !positions.overlaps(frame.place.first..<frame.next) {
      return
    }
    let contents = try FrameReader.read(frame)
    var rows = SegmentRows(first: contents.header.first)
    rows.add(contents.raw, entries: contents.entries)
    try SegmentRowsScan(rows: rows, first: contents.header.first).scan(selection, body)
  }
}
