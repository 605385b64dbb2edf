internal import Disk
internal import JSONBytes
internal import Synchronization
internal import Transparency

/// What point reads resolve once for a segment: its dictionaries, and where each column's ids come from.
final class SegmentPoints: Sendable {
  /// A column of strings, for one row at a time.
  struct Column: Sendable {
    enum Strings: Sendable {
      case small(StringTable)
      case paged(PagedDictionary)
    }

    var strings: Strings
    var size: Int
    /// For each type its id, where the type tells it.
    var implied: [UInt32]?
    var kind: ChunkKind
    var key: Int

    var width: Int { size <= 256 ? 1 : size <= 65_536 ? 2 : 4 }

    /// Appends one of its strings as the value of a member; nothing where it says that the member is absent.
    func append(_ text: ArraySlice<UInt8>, isPlain: Bool, to output: inout [UInt8]) {
      if kind == .attributeIDs {
        output += text
      } else if !text.isEmpty || kind == .source {
        guard isPlain else { return JSONText.appendQuoted(text, to: &output) }
        output.append(UInt8(ascii: "\""))
        output += text
        output.append(UInt8(ascii: "\""))
      }
    }
  }

  private let attributeNames: [String]
  let types: StringTable
  let source: Column
  let schema: Column
  let attributes: [Column]
  private let templates: Mutex<[EntryTemplate?]>
  /// The names that were asked for last, and which types are among them.
  private let lastNames: Mutex<(names: Set<String>, found: [Bool])?> = Mutex(nil)
  let customers: PagedDictionary
  let customerStarts: PagedChunk
  /// Nil where the segment has one event, whose row takes no bits.
  let postings: PagedChunk?
  let firstRevisions: PagedChunk
  let idHashes: PagedChunk

  /// Dictionaries of chunks up to this size are kept whole.
  private static let smallMax = 16_384

  init(_ segment: SegmentFile) throws(ReadError) {
    let names = try segment.attributeNames()
    attributeNames = names
    types = try segment.smallDictionary(.types)
    source = try Self.column(segment, .sources, .source, implied: 0)
    schema = try Self.column(segment, .schemas, .schema, implied: 1)
    var attributes: [Column] = []
    for key in names.indices {
      attributes.append(
        try Self.column(segment, .attribute, .attributeIDs, key: key, implied: 2 + key))
    }
    self.attributes = attributes
    templates = Mutex(Array(repeating: nil, count: 2 * types.count))
    customers = try PagedDictionary(try segment.paged(try segment.place(.customers)), segment)
    customerStarts = try segment.paged(try segment.place(.customerStarts))
    postings =
      segment.count > 1 ? try segment.paged(try segment.place(.postings)) : nil
    firstRevisions = try segment.paged(try segment.place(.firstRevisions))
    idHashes = try segment.paged(try segment.place(.idHashes))
  }

  /// For each type whether its name is among these.
  func types(among names: Set<String>) -> [Bool] {
    lastNames.withLock { last in
      if let last, last.names == names { return last.found }
      let found = (0..<types.count).map { names.contains(types.string($0)) }
      last = (names, found)
      return found
    }
  }

  /// All columns of strings: the source, the schema, then further attributes.
  func column(_ number: Int) -> Column {
    number == 0 ? source : number == 1 ? schema : attributes[number - 2]
  }

  /// How entries of a type are written, with or without a customer.
  func template(ofType type: Int, hasCustomer: Bool) throws(ReadError) -> EntryTemplate {
    let key = 2 * type + (hasCustomer ? 1 : 0)
    if let known = templates.withLock({ $0[key] }) { return known }
    let made = try EntryTemplate(
      type: types[type], attributes: attributeNames, hasCustomer: hasCustomer
    ) { number throws(ReadError) in try fixedString(column(number), type: type, number) }
    templates.withLock { $0[key] = made }
    return made
  }

  /// The string of a column that all entries of the type have, as JSON; nil where they differ.
  private func fixedString(
    _ column: Column, type: Int, _ number: Int
  ) throws(ReadError) -> [UInt8]? {
    guard case .small(let table) = column.strings else { return nil }
    guard let id = column.implied.map({ Int($0[type]) }) ?? (column.size == 1 ? 0 : nil) else {
      return nil
    }
    var string: [UInt8] = []
    column.append(table[id], isPlain: table.isPlain, to: &string)
    return string
  }

  private static func column(
    _ segment: SegmentFile, _ dictionary: ChunkKind, _ kind: ChunkKind, key: Int = 0, implied: Int
  ) throws(ReadError) -> Column {
    let place = try segment.place(dictionary, key: key)
    let strings: Column.Strings
    let size: Int
    if place.size <= smallMax {
      let table = try segment.smallDictionary(dictionary, key: key)
      strings = .small(table)
      size = table.count
    } else {
      let chunk = try segment.paged(place)
      strings = .paged(try PagedDictionary(chunk, segment))
      size = chunk.count
    }
    guard size > 0 else { throw segment.damage(place, "the dictionary does not decode") }
    return Column(
      strings: strings, size: size, implied: try segment.impliedIDs(implied, of: size), kind: kind,
      key: key)
  }
}

/// What point reads resolve once for a block: its chunks.
final class BlockPoints: Sendable {
  struct Times: Sendable {
    var chunk: PagedChunk
    var unit: Int64
    var data: Int
  }

  let first: Int
  let rows: Int
  let type: PagedChunk?
  let ranks: PagedChunk?
  let id: PagedChunk
  let idForm: UInt8
  let recorded: Times
  let time: Times
  let source: PagedChunk?
  let schema: PagedChunk?
  let attributes: [PagedChunk?]
  /// Nil where the block has none.
  let exceptions: PagedChunk?
  private let data: Mutex<[Int: TypePoints]> = Mutex([:])
  private let mixed: Mutex<MixedIDs?> = Mutex(nil)

  init(
    _ segment: SegmentFile, _ points: SegmentPoints, block: Int
  ) throws(ReadError) {
    let entry = segment.footer.blocks[block]
    first = Int(entry.firstRow)
    rows = Int(entry.rows)
    func optional(_ kind: ChunkKind, _ key: Int = 0) throws(ReadError) -> PagedChunk? {
      guard let place = segment.optionalPlace(kind, block: block, key: key) else { return nil }
      return try segment.paged(place)
    }
    func times(_ kind: ChunkKind) throws(ReadError) -> Times {
      let chunk = try segment.paged(try segment.place(kind, block: block))
      let unit = try chunk.integer(at: 0, byteCount: 8)
      guard [1, 1_000, 1_000_000].contains(unit) else {
        throw segment.damage(chunk.place, "the times do not decode")
      }
      let groups = (Int(entry.rows) + TimeColumn.groupSize - 1) / TimeColumn.groupSize
      return Times(
        chunk: chunk, unit: Int64(unit),
        data: TimeColumn.headSize + TimeColumn.entrySize * groups)
    }
    func column(_ column: SegmentPoints.Column) throws(ReadError) -> PagedChunk? {
      let chunk = try optional(column.kind, column.key)
      guard chunk != nil || column.implied != nil || column.size == 1 else {
        throw segment.disagreement(
          block: block, "a chunk of kind \(column.kind.rawValue) is missing")
      }
      return chunk
    }
    type = try optional(.type)
    ranks = try optional(.typeRanks)
    guard points.types.count == 1 || (type != nil && ranks != nil) else {
      throw segment.disagreement(block: block, "the chunks of types are missing")
    }
    id = try segment.paged(try segment.place(.id, block: block))
    idForm = UInt8(try id.integer(at: 0, byteCount: 1))
    recorded = try times(.recorded)
    time = try times(.time)
    source = try column(points.source)
    schema = try column(points.schema)
    var attributes: [PagedChunk?] = []
    for attribute in points.attributes { attributes.append(try column(attribute)) }
    self.attributes = attributes
    exceptions =
      entry.exceptions > 0
      ? try segment.paged(try segment.place(.exceptions, block: block)) : nil
  }

  /// The chunk of a column of strings: 0 the source, 1 the schema, then further attributes.
  func column(_ number: Int) -> PagedChunk? {
    number == 0 ? source : number == 1 ? schema : attributes[number - 2]
  }

  /// Where mixed ids stand.
  func mixedIDs(_ segment: SegmentFile) throws(ReadError) -> MixedIDs {
    if let known = mixed.withLock({ $0 }) { return known }
    let made = try MixedIDs(id, rows: rows, segment)
    mixed.withLock { $0 = made }
    return made
  }

  func data(
    ofType type: Int, _ make: () throws(ReadError) -> TypePoints
  ) throws(ReadError) -> TypePoints {
    if let known = data.withLock({ $0[type] }) { return known }
    let made = try make()
    data.withLock { $0[type] = made }
    return made
  }
}

/// Where the ids of a block stand that are UUIDs, ULIDs and texts.
final class MixedIDs: Sendable {
  /// Where the ids of 16 bytes begin, the lengths of the texts, and the texts.
  let wide: Int
  let lengths: Int
  let textStart: Int
  /// How many ids are texts.
  let texts: Int
  /// How many texts stand before each group of rows.
  private let before: [UInt32]

  private static let groupSize = 256

  init(_ chunk: PagedChunk, rows: Int, _ segment: SegmentFile) throws(ReadError) {
    let wides = Int(try chunk.integer(at: 4, byteCount: 4))
    texts = Int(try chunk.integer(at: 8, byteCount: 4))
    let formsEnd = IDColumn.headSize + (2 * rows + 7) / 8
    wide = (formsEnd + 15) / 16 * 16
    var before: [UInt32] = []
    var sum = 0
    for start in stride(from: 0, to: rows, by: Self.groupSize) {
      before.append(UInt32(sum))
      sum += try Self.textCount(start..<min(rows, start + Self.groupSize), chunk)
    }
    self.before = before
    guard wides + texts == rows, sum == texts else {
      throw segment.damage(chunk.place, "the ids do not decode")
    }
    lengths = wide + 16 * wides
    let groups = (texts + 63) / 64
    textStart =
      texts == 0
      ? lengths
      : lengths + 4 + 8 * groups + Int(try chunk.integer(at: lengths, byteCount: 4))
  }

  /// How many ids before a row are texts. Costs a look at some bytes.
  func textCount(before row: Int, _ chunk: PagedChunk) throws(ReadError) -> Int {
    let group = row / Self.groupSize
    return Int(before[group]) + (try Self.textCount(group * Self.groupSize..<row, chunk))
  }

  /// How many of these rows are texts; the first is the first of a group.
  private static func textCount(
    _ rows: Range<Int>, _ chunk: PagedChunk
  ) throws(ReadError) -> Int {
    var sum = 0
    // 32 forms of two bits, of which both are 0 for a text.
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: 32) {
      let count = min(32, rows.upperBound - start)
      let forms = try chunk.integer(
        at: IDColumn.headSize + start / 4, byteCount: (2 * count + 7) / 8)
      let isText = ~(forms | forms >> 1) & 0x5555_5555_5555_5555
      sum += (isText & (.max >> UInt64(64 - 2 * count))).nonzeroBitCount
    }
    return sum
  }
}

/// Where the data of one type of a block is found.
final class TypePoints: Sendable {
  final class Field: Sendable {
    let head: ValueHead
    /// A constant, or the prefix of numbers.
    let text: [UInt8]
    let chunk: PagedChunk
    let texts: PagedChunk?
    let dictionary: PagedDictionary?

    init(
      head: ValueHead, text: [UInt8], chunk: PagedChunk, texts: PagedChunk?,
      dictionary: PagedDictionary?
    ) {
      self.head = head
      self.text = text
      self.chunk = chunk
      self.texts = texts
      self.dictionary = dictionary
    }
  }

  enum Form: Sendable {
    case text(lengths: PagedChunk, data: PagedChunk?)
    case columns(shapes: [ValueColumns.Shape], ids: PagedChunk?, fields: [Field])
  }

  let form: Form

  init(_ segment: SegmentFile, block: Int, type: Int) throws(ReadError) {
    func optional(_ kind: ChunkKind, _ key: Int) throws(ReadError) -> PagedChunk? {
      guard let place = segment.optionalPlace(kind, block: block, key: key) else { return nil }
      return try segment.paged(place)
    }
    guard let place = segment.optionalPlace(.shape, block: block, key: type) else {
      form = .text(
        lengths: try segment.paged(try segment.place(.dataLengths, block: block, key: type)),
        data: try optional(.data, type))
      return
    }
    guard let (shapes, paths) = ValueDecoder.shapes(try segment.content(place).bytes) else {
      throw segment.damage(place, "the shapes do not decode")
    }
    let ids =
      shapes.count > 1
      ? try segment.paged(try segment.place(.shapeIDs, block: block, key: type)) : nil
    // The chunks of a kind stand side by side.
    func near(_ kind: ChunkKind) -> NearBytes? {
      let places = paths.indices.compactMap { number in
        segment.optionalPlace(kind, block: block, key: type << 16 | number)
      }
      return NearBytes(around: places, in: segment)
    }
    let (values, texts) = (near(.values), near(.valueTexts))
    let dictionaries = near(.valueDictionary)
    func optional(
      _ kind: ChunkKind, _ key: Int, _ near: NearBytes?
    ) throws(ReadError) -> PagedChunk? {
      guard let place = segment.optionalPlace(kind, block: block, key: key) else { return nil }
      return try PagedChunk(place, of: segment, in: near)
    }
    var fields: [Field] = []
    for number in paths.indices {
      let key = type << 16 | number
      let chunk = try PagedChunk(
        try segment.place(.values, block: block, key: key), of: segment, in: values)
      guard let head = ValueHead(try chunk.bytes(0..<min(16, Int(chunk.header.rawSize)))) else {
        throw segment.damage(chunk.place, "the values of a field do not decode")
      }
      let start = ValueColumn.headSize
      let hasText = head.encoding == 0 || head.encoding == 2
      let dictionary = try optional(.valueDictionary, key, dictionaries)
      guard head.encoding != 3 || dictionary != nil else {
        throw segment.damage(chunk.place, "a field's dictionary is missing")
      }
      fields.append(
        Field(
          head: head, text: hasText ? try chunk.bytes(start..<start + head.size) : [],
          chunk: chunk, texts: try optional(.valueTexts, key, texts),
          dictionary: try dictionary.map { chunk throws(ReadError) in
            try PagedDictionary(chunk, segment)
          }))
    }
    form = .columns(shapes: shapes, ids: ids, fields: fields)
  }
}

/// Reads of single rows: only the pages that hold them.
extension SegmentFile {
  func paged(_ place: ChunkPlace) throws(ReadError) -> PagedChunk {
    try PagedChunk(place, of: self)
  }

  func resolved() throws(ReadError) -> SegmentPoints {
    if let known = points.withLock({ $0 }) { return known }
    let made = try SegmentPoints(self)
    points.withLock { $0 = made }
    return made
  }

  private func resolved(
    block: Int, _ points: SegmentPoints
  ) throws(ReadError) -> BlockPoints {
    if let known = blockPoints.withLock({ $0[block] }) { return known }
    let made = try BlockPoints(self, points, block: block)
    blockPoints.withLock { $0[block] = made }
    caches.resolves(block, of: self)
    return made
  }

  /// Lets go of a block's chunks; who reads it resolves them anew.
  func forgetPoints(block: Int) { blockPoints.withLock { $0[block] = nil } }

  /// The entry of one row.
  func entry(row: Int) throws(ReadError) -> ArraySlice<UInt8> {
    let (customer, revision) = try customer(ofRow: row)
    var entry: [UInt8] = []
    try appendEntry(row: row, customer: customer, revision: revision, to: &entry)
    return entry[...]
  }

  /// For each type of the segment whether its name is among these. Asked for the same names again, nothing is compared.
  func types(among names: Set<String>) throws(ReadError) -> [Bool] {
    try resolved().types(among: names)
  }

  /// Whether a row is of a type that is marked in `types`. An entry that is kept whole is not.
  func isOfType(_ types: [Bool], row: Int) throws(ReadError) -> Bool {
    let points = try resolved()
    let number = block(holding: row)
    let block = try resolved(block: number, points)
    guard block.exceptions == nil else { return false }
    return types[try type(row - block.first, block, points, number)]
  }

  private func type(
    _ place: Int, _ block: BlockPoints, _ points: SegmentPoints, _ number: Int
  ) throws(ReadError) -> Int {
    guard let chunk = block.type else { return 0 }
    let width = points.types.count <= 256 ? 1 : 2
    let type = Int(try chunk.integer(at: place * width, byteCount: width))
    guard type < points.types.count else {
      throw disagreement(block: number, "a type has no name")
    }
    return type
  }

  /// The recorded time of a row.
  func recorded(row: Int) throws(ReadError) -> Timestamp {
    let block = try resolved(block: block(holding: row), try resolved())
    return Timestamp(microseconds: try time(block.recorded, row - block.first))
  }

  /// Appends the entry of a row whose customer and revision are known.
  func appendEntry(
    row: Int, customer: [UInt8], revision: UInt32, to output: inout [UInt8]
  ) throws(ReadError) {
    let number = block(holding: row)
    let points = try resolved()
    let block = try resolved(block: number, points)
    let place = row - block.first
    if let kept = try exception(place, block, count: Int(footer.blocks[number].exceptions)) {
      output += kept
      return
    }
    let type = try type(place, block, points, number)
    let template = try points.template(ofType: type, hasCustomer: !customer.isEmpty)
    for part in template.parts {
      switch part {
      case .text(let range):
        output.append(template.texts, from: range.lowerBound, to: range.upperBound)
      case .data: try appendData(place, type, points, block, number, to: &output)
      case .id: try appendID(place, block, to: &output)
      case .recorded: Self.append(try time(block.recorded, place), to: &output)
      case .time: Self.append(try time(block.time, place), to: &output)
      case .revision: output.appendDecimal(UInt64(revision))
      case .sequence:
        output.append(UInt8(ascii: "\""))
        output.appendDecimal(header.first.value + UInt64(row), width: 20)
        output.append(UInt8(ascii: "\""))
      case .subject: JSONText.appendQuoted(customer[...], to: &output)
      case .column(let column, let before, let after):
        let start = output.count
        output += template.texts[before]
        let value = output.count
        try append(points.column(column), block.column(column), place, type, to: &output)
        // A member without a value is absent.
        if output.count == value {
          output.removeLast(output.count - start)
        } else {
          output += template.texts[after]
        }
      }
    }
  }

  private static func append(_ time: Int64, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    Timestamp(microseconds: time).write(to: &output)
    output.append(UInt8(ascii: "\""))
  }

  /// Appends a column's string for a row; nothing where it is the empty one of an absent member.
  private func append(
    _ column: SegmentPoints.Column, _ chunk: PagedChunk?, _ place: Int, _ type: Int,
    to output: inout [UInt8]
  ) throws(ReadError) {
    var id = 0
    if let chunk {
      id = Int(try chunk.integer(at: place * column.width, byteCount: column.width))
    } else if let implied = column.implied {
      id = Int(implied[type])
    }
    guard id < column.size else { throw disagreement(block: nil, "an id has no string") }
    switch column.strings {
    case .small(let table): column.append(table[id], isPlain: table.isPlain, to: &output)
    case .paged(let dictionary):
      if column.kind == .attributeIDs { return try dictionary.append(id, to: &output) }
      var text: [UInt8] = []
      try dictionary.append(id, to: &text)
      column.append(text[...], isPlain: false, to: &output)
    }
  }

  private func exception(
    _ row: Int, _ block: BlockPoints, count: Int
  ) throws(ReadError) -> [UInt8]? {
    guard let chunk = block.exceptions else { return nil }
    guard 8 * count <= Int(chunk.header.rawSize) else {
      throw damage(chunk.place, "the exceptions do not decode")
    }
    var offset = 8 * count
    for number in 0..<count {
      let found = Int(try chunk.integer(at: 8 * number, byteCount: 4))
      let size = Int(try chunk.integer(at: 8 * number + 4, byteCount: 4))
      if found == row {
        guard size <= Limits.entrySizeMax else {
          throw damage(chunk.place, "the exceptions do not decode")
        }
        return try chunk.bytes(offset..<offset + size)
      }
      offset += size
    }
    return nil
  }

  private func appendID(
    _ place: Int, _ block: BlockPoints, to output: inout [UInt8]
  ) throws(ReadError) {
    if block.idForm == 1 || block.idForm == 2 {
      let offset = IDColumn.headSize + 16 * place
      let high = try block.id.integer(at: offset, byteCount: 8).byteSwapped
      let low = try block.id.integer(at: offset + 8, byteCount: 8).byteSwapped
      output.append(UInt8(ascii: "\""))
      if block.idForm == IDForm.uuidForm {
        IDForm.appendUUID(high, low, to: &output)
      } else {
        IDForm.appendULID(high, low, to: &output)
      }
      output.append(UInt8(ascii: "\""))
      return
    }
    let mixed = try block.mixedIDs(self)
    let form = UInt8(try block.id.packed(at: IDColumn.headSize, place, width: 2))
    let texts = try mixed.textCount(before: place, block.id)
    guard form != IDForm.text else {
      var text: [UInt8] = []
      try appendText(
        block.id, count: mixed.texts, lengthsAt: mixed.lengths, block.id, textsAt: mixed.textStart,
        texts, to: &text)
      return JSONText.appendQuoted(text[...], to: &output)
    }
    guard form <= IDForm.ulidForm else { throw damage(block.id.place, "the ids do not decode") }
    let offset = mixed.wide + 16 * (place - texts)
    let high = try block.id.integer(at: offset, byteCount: 8).byteSwapped
    let low = try block.id.integer(at: offset + 8, byteCount: 8).byteSwapped
    output.append(UInt8(ascii: "\""))
    if form == IDForm.uuidForm {
      IDForm.appendUUID(high, low, to: &output)
    } else {
      IDForm.appendULID(high, low, to: &output)
    }
    output.append(UInt8(ascii: "\""))
  }

  private func time(_ times: BlockPoints.Times, _ place: Int) throws(ReadError) -> Int64 {
    let entry = TimeColumn.headSize + TimeColumn.entrySize * (place / TimeColumn.groupSize)
    let base = Int64(bitPattern: try times.chunk.integer(at: entry, byteCount: 8))
    let rest = try times.chunk.integer(at: entry + 8, byteCount: 8)
    let width = Int(rest >> 32 & 0xFF)
    guard width <= 64 else { throw damage(times.chunk.place, "the times do not decode") }
    let value = try times.chunk.packed(
      at: times.data + Int(rest & 0xFFFF_FFFF), place % TimeColumn.groupSize, width: width)
    let time = base &+ Int64(bitPattern: value) &* times.unit
    guard time >= Timestamp.first.microseconds && time <= Timestamp.last.microseconds || time == 0
    else { throw damage(times.chunk.place, "the times do not decode") }
    return time
  }

  // MARK: Data

  /// How many rows of this type the block has before this one.
  private func typeRank(
    _ place: Int, _ type: Int, _ points: SegmentPoints, _ block: BlockPoints
  ) throws(ReadError) -> Int {
    guard let ranks = block.ranks, let types = block.type else { return place }
    let groups = (block.rows + 1_023) / 1_024
    let group = place / 1_024
    let before = Int(try ranks.integer(at: 2 * (type * groups + group), byteCount: 2))
    let isWide = points.types.count > 256
    let width = isWide ? 2 : 1
    guard isWide else {
      return before + (try types.count(of: UInt8(type), group * 1_024..<place))
    }
    let ids = try types.bytes(group * 1_024 * width..<place * width)
    var rank = before
    for offset in stride(from: 0, to: ids.count, by: 2)
    where Int(ids[offset]) | Int(ids[offset + 1]) << 8 == type { rank += 1 }
    return rank
  }

  private func appendData(
    _ place: Int, _ type: Int, _ points: SegmentPoints, _ block: BlockPoints, _ number: Int,
    to output: inout [UInt8]
  ) throws(ReadError) {
    let rank = try typeRank(place, type, points, block)
    let data = try block.data(ofType: type) { () throws(ReadError) in
      try TypePoints(self, block: number, type: type)
    }
    switch data.form {
    case .text(let lengths, let texts):
      try appendText(
        lengths, count: lengths.count, lengthsAt: 0, texts, textsAt: 0, rank, to: &output)
    case .columns(let shapes, let ids, let fields):
      var shape = 0
      var next = Array(repeating: 0, count: fields.count)
      if let ids {
        (shape, next) = try rowShape(rank, ids, shapes, fields: fields.count)
      } else {
        for field in shapes[0].fields { next[field] += rank }
      }
      let picked = shapes[shape]
      for (hole, field) in picked.fields.enumerated() {
        output += picked.texts[hole]
        try appendValue(fields[field], next[field], to: &output)
        next[field] += 1
      }
      output += picked.texts[picked.fields.count]
    }
  }

  /// The shape of a row, and for each field how many values come before its own.
  private func rowShape(
    _ rank: Int, _ chunk: PagedChunk, _ shapes: [ValueColumns.Shape], fields: Int
  ) throws(ReadError) -> (Int, [Int]) {
    let width = Int(try chunk.integer(at: 0, byteCount: 1))
    let groups = (chunk.count + 63) / 64
    let group = rank / 64
    let data = 4 + 4 * fields * groups
    var shape = 0
    // How many rows before it have each shape.
    var before = Array(repeating: 0, count: shapes.count)
    for row in group * 64...rank {
      shape = Int(truncatingIfNeeded: try chunk.packed(at: data, row, width: width))
      guard shape >= 0, shape < shapes.count else {
        throw damage(chunk.place, "the numbers of shapes do not decode")
      }
      if row < rank { before[shape] += 1 }
    }
    // Of a field that the row does not have nobody asks.
    var counts = Array(repeating: -1, count: fields)
    for field in shapes[shape].fields where counts[field] < 0 {
      counts[field] = Int(try chunk.integer(at: 4 + 4 * (fields * group + field), byteCount: 4))
    }
    for (other, rows) in before.enumerated() where rows > 0 {
      for field in shapes[other].fields where counts[field] >= 0 { counts[field] += rows }
    }
    return (shape, counts)
  }

  private func appendValue(
    _ field: TypePoints.Field, _ number: Int, to output: inout [UInt8]
  ) throws(ReadError) {
    let head = field.head
    guard number >= 0, number < field.chunk.count else {
      throw damage(field.chunk.place, "a field has fewer values than rows need")
    }
    let start = ValueColumn.headSize
    switch head.encoding {
    case 0: output += field.text
    case 1:
      let value =
        head.base
        &+ Int64(
          bitPattern: try field.chunk.packed(at: start, number, width: head.width))
      if value < 0 { output.append(UInt8(ascii: "-")) }
      output.appendDecimal(value.magnitude)
    case 2:
      let value =
        UInt64(bitPattern: head.base)
        &+ (try field.chunk.packed(at: head.numbers, number, width: head.width))
      output.append(UInt8(ascii: "\""))
      output += field.text
      output.appendDecimal(value)
      output.append(UInt8(ascii: "\""))
    case 3:
      let id = Int(
        truncatingIfNeeded: try field.chunk.packed(at: start, number, width: head.width))
      guard let dictionary = field.dictionary else {
        throw damage(field.chunk.place, "a field's dictionary is missing")
      }
      try dictionary.append(id, to: &output)
    case 4:
      let high = try field.chunk.integer(at: start + 16 * number, byteCount: 8).byteSwapped
      let low = try field.chunk.integer(at: start + 16 * number + 8, byteCount: 8).byteSwapped
      output.append(UInt8(ascii: "\""))
      IDForm.appendUUID(high, low, to: &output)
      output.append(UInt8(ascii: "\""))
    default:
      try appendText(
        field.chunk, count: field.chunk.count, lengthsAt: start, field.texts, textsAt: 0, number,
        to: &output)
    }
  }

  /// Appends a text of `count` whose length stands in `chunk`, and whose bytes are in `texts` from `first` on.
  private func appendText(
    _ chunk: PagedChunk, count: Int, lengthsAt start: Int, _ texts: PagedChunk?,
    textsAt first: Int, _ number: Int, to output: inout [UInt8]
  ) throws(ReadError) {
    guard number < count else {
      throw damage(chunk.place, "a type has fewer texts than rows")
    }
    let groups = (count + 63) / 64
    let head = start + 4 + 8 * (number / 64)
    let place = Int(try chunk.integer(at: head, byteCount: 4))
    var offset = Int(try chunk.integer(at: head + 4, byteCount: 4))
    let size = Int(try chunk.integer(at: start, byteCount: 4))
    let stream = start + 4 + 8 * groups
    // A length takes at most three bytes: an entry has no more than 61,440.
    let last = min(size, place + 3 * (number % 64 + 1))
    guard place <= last else { throw damage(chunk.place, "the lengths do not decode") }
    var cursor = ContentCursor(try chunk.bytes(stream + place..<stream + last))
    var length = 0
    for step in 0...number % 64 {
      guard let value = cursor.varint(), value <= Limits.entrySizeMax else {
        throw damage(chunk.place, "the lengths do not decode")
      }
      if step < number % 64 { offset += value } else { length = value }
    }
    guard length > 0 else { return }
    guard let texts else { throw damage(chunk.place, "the texts are missing") }
    try texts.append(first + offset..<first + offset + length, to: &output)
  }
}
