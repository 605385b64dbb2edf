internal import Disk
internal import JSONBytes

/// The dictionaries that entries of a block refer to.
struct EntryTables: Sendable {
  var types: StringTable
  var sources: StringTable
  var schemas: StringTable
  var attributes: [StringTable]
}

/// The members of a segment's entries in the order of their names' bytes.
struct EntryLayout: Sendable {
  enum Member: Sendable {
    case data, schema, id, recorded, revision, sequence, source, specversion, subject, time, type
    case attribute(Int)
  }

  /// The member's name as it is written, with its colon.
  let members: [(label: [UInt8], member: Member)]

  init(attributes: [String]) {
    var named: [(String, Member)] = [
      ("data", .data), ("dataschema", .schema), ("id", .id), ("recordedtime", .recorded),
      ("revision", .revision), ("sequence", .sequence), ("source", .source),
      ("specversion", .specversion), ("subject", .subject), ("time", .time), ("type", .type),
    ]
    for (number, name) in attributes.enumerated() { named.append((name, .attribute(number))) }
    named.sort { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
    members = named.map { (Array("\"\($0.0)\":".utf8), $0.1) }
  }
}

/// Puts entries of one block together from its columns (docs/format.md, section 7.8).
struct EntryAssembler {
  private let first: Position
  private let block: DecodedBlock
  private let customers: SegmentCustomers
  private let tables: EntryTables
  private let layout: EntryLayout
  /// For each type how many of its rows come before the next one.
  private var typeRanks: [Int]
  private var shapeCursors: [[Int]]
  private var next: Int
  private var recordedText: [UInt8] = []
  private var recordedValue = Int64.min

  /// Begins at `row` of the segment that begins at `first`; the block holds the row.
  init(
    first: Position, _ block: DecodedBlock, _ customers: SegmentCustomers, _ tables: EntryTables,
    _ layout: EntryLayout, from row: Int
  ) {
    self.first = first
    self.block = block
    self.customers = customers
    self.tables = tables
    self.layout = layout
    next = row
    typeRanks = Array(repeating: 0, count: block.data.count)
    for type in block.types[..<(row - block.rows.lowerBound)] { typeRanks[Int(type)] += 1 }
    shapeCursors = []
    for (type, data) in block.data.enumerated() {
      guard case .columns(let columns) = data else {
        shapeCursors.append([])
        continue
      }
      var cursors = Array(repeating: 0, count: columns.fields.count)
      if columns.rowShapes.isEmpty {
        for field in columns.shapes[0].fields { cursors[field] += typeRanks[type] }
      } else {
        for shape in columns.rowShapes[..<typeRanks[type]] {
          for field in columns.shapes[Int(shape)].fields { cursors[field] += 1 }
        }
      }
      shapeCursors.append(cursors)
    }
  }

  var position: Int { next }
  var isAtEnd: Bool { next == block.rows.upperBound }

  /// Steps over the next row.
  mutating func skip() {
    let type = Int(block.types[next - block.rows.lowerBound])
    if case .columns(let columns) = block.data[type] {
      for field in columns.shape(typeRanks[type]).fields { shapeCursors[type][field] += 1 }
    }
    typeRanks[type] += 1
    next += 1
  }

  /// Appends the entry of the next row.
  mutating func append(to output: inout [UInt8]) {
    let row = next - block.rows.lowerBound
    if let kept = block.exceptions[row] {
      output += block.exceptionBytes[kept]
      skip()
      return
    }
    var separator = UInt8(ascii: "{")
    for (label, member) in layout.members where isPresent(member, row) {
      output.append(separator)
      separator = UInt8(ascii: ",")
      output += label
      write(member, row, to: &output)
    }
    output.append(UInt8(ascii: "}"))
    typeRanks[Int(block.types[row])] += 1
    next += 1
  }

  private func isPresent(_ member: EntryLayout.Member, _ row: Int) -> Bool {
    switch member {
    case .schema: !tables.schemas.range(Int(block.schemas[row])).isEmpty
    case .attribute(let number):
      !tables.attributes[number].range(Int(block.attributes[number][row])).isEmpty
    case .subject, .revision: !subject.isEmpty
    default: true
    }
  }

  private var subject: Range<Int> {
    customers.names.range(Int(customers.customers[next - customers.base]))
  }

  private mutating func write(
    _ member: EntryLayout.Member, _ row: Int, to output: inout [UInt8]
  ) {
    switch member {
    case .data: appendData(row, to: &output)
    case .schema: append(tables.schemas, block.schemas[row], to: &output)
    case .source: append(tables.sources, block.sources[row], to: &output)
    case .type: append(tables.types, block.types[row], to: &output)
    case .attribute(let number):
      output += tables.attributes[number][Int(block.attributes[number][row])]
    case .specversion: output += [0x22, 0x31, 0x2E, 0x30, 0x22]
    case .id: appendID(row, to: &output)
    case .recorded: appendRecorded(block.recorded[row], to: &output)
    case .time:
      output.append(UInt8(ascii: "\""))
      Timestamp(microseconds: block.times[row]).write(to: &output)
      output.append(UInt8(ascii: "\""))
    case .revision:
      output.appendDecimal(UInt64(customers.revisions[next - customers.base]))
    case .sequence:
      output.append(UInt8(ascii: "\""))
      output.appendDecimal(first.value + UInt64(next), width: 20)
      output.append(UInt8(ascii: "\""))
    case .subject:
      append(customers.names, customers.customers[next - customers.base], to: &output)
    }
  }

  private func append(_ table: StringTable, _ id: UInt32, to output: inout [UInt8]) {
    guard table.isPlain else { return JSONText.appendQuoted(table[Int(id)], to: &output) }
    output.append(UInt8(ascii: "\""))
    output += table[Int(id)]
    output.append(UInt8(ascii: "\""))
  }

  private func appendID(_ row: Int, to output: inout [UInt8]) {
    guard !block.ids.isText(row) else {
      var text: [UInt8] = []
      block.ids.append(row, to: &text)
      return JSONText.appendQuoted(text[...], to: &output)
    }
    output.append(UInt8(ascii: "\""))
    block.ids.append(row, to: &output)
    output.append(UInt8(ascii: "\""))
  }

  /// Equal for a whole frame: written once.
  private mutating func appendRecorded(_ value: Int64, to output: inout [UInt8]) {
    if value != recordedValue {
      recordedText.removeAll(keepingCapacity: true)
      recordedText.append(UInt8(ascii: "\""))
      Timestamp(microseconds: value).write(to: &recordedText)
      recordedText.append(UInt8(ascii: "\""))
      recordedValue = value
    }
    output += recordedText
  }

  private mutating func appendData(_ row: Int, to output: inout [UInt8]) {
    let type = Int(block.types[row])
    let rank = typeRanks[type]
    switch block.data[type] {
    case .texts(let bytes, let ends):
      output += bytes[(rank == 0 ? 0 : Int(ends[rank - 1]))..<Int(ends[rank])]
    case .columns(let columns):
      let shape = columns.shape(rank)
      for (hole, field) in shape.fields.enumerated() {
        output += shape.texts[hole]
        columns.fields[field].append(shapeCursors[type][field], to: &output)
        shapeCursors[type][field] += 1
      }
      output += shape.texts[shape.fields.count]
    case nil: preconditionFailure("a type that the block has was decoded")
    }
  }
}

extension SegmentFile {
  /// The entries of a run of rows: their bytes, one after another, and where each stands. Cost: the blocks that hold
  /// them are decoded, unless they were lately.
  func entries(rows: Range<Int>) throws(ReadError) -> (raw: [UInt8], entries: [Range<Int>]) {
    try entries(Array(rows))
  }

  private func assembler(_ block: Int, from row: Int) throws(ReadError) -> EntryAssembler {
    EntryAssembler(
      first: header.first, try wholeBlock(block), try customers(), try tables(),
      EntryLayout(attributes: try attributeNames()), from: row)
  }

  /// The dictionaries of all entries; kept for the next who asks, because those of attributes may be large.
  private func tables() throws(ReadError) -> EntryTables {
    if let known = caches.tables(number) { return known }
    var attributes: [StringTable] = []
    for key in try attributeNames().indices {
      attributes.append(try smallDictionary(.attribute, key: key))
    }
    let found = EntryTables(
      types: try smallDictionary(.types), sources: try smallDictionary(.sources),
      schemas: try smallDictionary(.schemas), attributes: attributes)
    caches.keep(found, number)
    return found
  }

  /// The type of each row of a block. Cost: that one chunk.
  private func typeIDs(block: Int) throws(ReadError) -> [UInt32] {
    if let known = caches.block(number, block) { return known.types }
    return try decode(block: block, []).types
  }

  /// The entries of a few rows, one by one: no block is decoded for them.
  func fewEntries(_ rows: [Int]) throws(ReadError) -> (raw: [UInt8], entries: [Range<Int>]) {
    var raw: [UInt8] = []
    var entries: [Range<Int>] = []
    for row in rows {
      let (customer, revision) = try customer(ofRow: row)
      let start = raw.count
      try appendEntry(row: row, customer: customer, revision: revision, to: &raw)
      entries.append(start..<raw.count)
    }
    return (raw, entries)
  }

  /// The entries of rows in ascending order.
  func entries(_ rows: [Int]) throws(ReadError) -> (raw: [UInt8], entries: [Range<Int>]) {
    var raw: [UInt8] = []
    var entries: [Range<Int>] = []
    let expected = rows.count * Int(header.entryBytes / header.count + 32)
    // The header may promise too much.
    raw.reserveCapacity(min(expected, Limits.blockRawMax))
    entries.reserveCapacity(rows.count)
    var assembler: EntryAssembler?
    for row in rows {
      precondition(row >= 0 && row < count, "a row of the segment")
      if assembler == nil || assembler?.isAtEnd == true {
        assembler = try self.assembler(block(holding: row), from: row)
      }
      if let current = assembler, row != current.position {
        let number = block(holding: row)
        let isHere = row > current.position && number == block(holding: current.position)
        if isHere {
          while let place = assembler?.position, place < row { assembler?.skip() }
        } else {
          assembler = try self.assembler(number, from: row)
        }
      }
      let start = raw.count
      assembler?.append(to: &raw)
      guard raw.count - start <= Limits.entrySizeMax else {
        throw damage(at: 0, row..<row + 1, "its columns give an entry that is too long")
      }
      entries.append(start..<raw.count)
    }
    return (raw, entries)
  }

  /// The rows of a run whose events are of one of these types; all where `types` is nil.
  func rows(_ range: Range<Int>, ofTypes types: Set<String>?) throws(ReadError) -> [Int] {
    guard let types else { return Array(range) }
    let table = try smallDictionary(.types)
    var wanted: [Bool] = []
    for id in 0..<table.count { wanted.append(types.contains(table.string(id))) }
    var rows: [Int] = []
    var row = range.lowerBound
    while row < range.upperBound {
      let number = block(holding: row)
      let entry = footer.blocks[number]
      let end = min(range.upperBound, Int(entry.firstRow) + Int(entry.rows))
      if wanted.indices.contains(where: { wanted[$0] && entry.has(type: $0) }) {
        let types = try typeIDs(block: number)
        for candidate in row..<end where wanted[Int(types[candidate - Int(entry.firstRow)])] {
          rows.append(candidate)
        }
      }
      row = end
    }
    return rows
  }
}
