internal import JSONBytes
internal import Transparency

/// What the sealer knows of each event of a segment: numbers in arrays, and where its bytes lie. One pass over the
/// entries fills it.
struct SegmentRows: Sendable {
  /// The records of the frames, as they were read.
  private(set) var pieces: [[UInt8]] = []
  private(set) var piece: [UInt32] = []
  private(set) var entryStart: [UInt32] = []
  private(set) var entryEnd: [UInt32] = []

  var types = InternedColumn()
  var sources = InternedColumn()
  var schemas = InternedColumn()
  var subjects = InternedColumn()
  /// Further attributes, in order of their first appearance.
  private(set) var attributeNames = ByteInterner()
  var attributes: [InternedColumn] = []

  private(set) var idForm: [UInt8] = []
  private(set) var idHigh: [UInt64] = []
  private(set) var idLow: [UInt64] = []
  /// The texts of ids that are neither UUIDs nor ULIDs, one after another, and their lengths.
  private(set) var idTexts: [UInt8] = []
  private(set) var idTextEnd: [UInt32] = []
  private(set) var idHash: [UInt32] = []

  private(set) var recorded: [Int64] = []
  private(set) var time: [Int64] = []
  private(set) var dataStart: [UInt32] = []
  private(set) var dataEnd: [UInt32] = []
  /// For each customer, by its number in `subjects`: the revision of its first event here (0 where that states none),
  /// and how many events it has.
  private(set) var firstRevisions: [UInt32] = []
  private(set) var customerCounts: [UInt32] = []
  private(set) var isException: [Bool] = []
  private(set) var entryBytes: UInt64 = 0

  private let first: Position
  private var scanner = JSONScanner()
  private var text: [UInt8] = []

  /// Further attributes of one segment; an entry with a name beyond them is an exception.
  static let attributesMax = 256

  init(first: Position) { self.first = first }

  var count: Int { piece.count }

  func entry(_ row: Int) -> (bytes: [UInt8], range: Range<Int>) {
    (pieces[Int(piece[row])], Int(entryStart[row])..<Int(entryEnd[row]))
  }

  func data(_ row: Int) -> (bytes: [UInt8], range: Range<Int>) {
    (pieces[Int(piece[row])], Int(dataStart[row])..<Int(dataEnd[row]))
  }

  mutating func add(_ raw: [UInt8], entries: [Range<Int>]) {
    let number = UInt32(pieces.count)
    pieces.append(raw)
    for entry in entries {
      entryBytes += UInt64(entry.count)
      piece.append(number)
      entryStart.append(UInt32(entry.lowerBound))
      entryEnd.append(UInt32(entry.upperBound))
      var members = EntryMembers()
      members.read(raw, entry, position: first.value + UInt64(count - 1), &scanner)
      take(members, raw)
    }
  }

  private mutating func take(_ members: EntryMembers, _ raw: [UInt8]) {
    let row = count - 1
    var isException = !members.isRegular
    add(members.type, raw, to: \.types)
    add(members.source, raw, to: \.sources)
    add(members.subject, raw, to: \.subjects)
    if !takeRevision(members.revision, isCustomer: members.subject != nil) { isException = true }
    let names = members.attributes
    for (name, _) in names where attributeNames.known(raw, name) == nil {
      // Only names of entries that are stored in columns count.
      if isException || attributeNames.count == Self.attributesMax {
        isException = true
      } else {
        _ = attributeNames.number(of: raw, name)
        attributes.append(InternedColumn(absent: row))
      }
    }
    for index in attributes.indices { attributes[index].addAbsent() }
    if !isException {
      for (name, value) in names {
        if let index = attributeNames.known(raw, name) { attributes[index].set(raw, value) }
      }
    }
    if isException || members.schema == nil {
      schemas.addAbsent()
    } else {
      add(members.schema, raw, to: \.schemas)
    }
    takeID(members, raw)
    let recordedTime = members.recorded ?? recorded.last ?? 0
    recorded.append(recordedTime)
    time.append(members.time ?? recordedTime)
    dataStart.append(UInt32(isException ? 0 : members.data.lowerBound))
    dataEnd.append(UInt32(isException ? 0 : members.data.upperBound))
    self.isException.append(isException)
  }

  /// Whether a customer's revision is the one that follows here.
  private mutating func takeRevision(_ stated: UInt32, isCustomer: Bool) -> Bool {
    let customer = Int(subjects.ids[count - 1])
    if customer == firstRevisions.count {
      firstRevisions.append(isCustomer ? stated : 0)
      customerCounts.append(0)
    }
    defer { customerCounts[customer] += 1 }
    return !isCustomer
      || UInt64(stated) == UInt64(firstRevisions[customer]) + UInt64(customerCounts[customer])
  }

  private mutating func add(
    _ value: EntryMembers.Text?, _ raw: [UInt8],
    to column: WritableKeyPath<SegmentRows, InternedColumn>
  ) {
    switch value {
    case nil: self[keyPath: column].addAbsent()
    case .plain(let range): self[keyPath: column].add(raw, range)
    case .decoded(let bytes): self[keyPath: column].add(bytes, 0..<bytes.count)
    }
  }

  private mutating func takeID(_ members: EntryMembers, _ raw: [UInt8]) {
    var bytes = raw
    var range = 0..<0
    switch members.id {
    case nil: break
    case .plain(let plain): range = plain
    case .decoded(let decoded): (bytes, range) = (decoded, 0..<decoded.count)
    }
    if let (high, low) = IDForm.uuid(bytes, range) {
      add(IDForm.uuidForm, high, low)
    } else if let (high, low) = IDForm.ulid(bytes, range) {
      add(IDForm.ulidForm, high, low)
    } else {
      add(IDForm.text, 0, 0)
      idTexts += bytes[range]
    }
    idTextEnd.append(UInt32(idTexts.count))
    var source: ArraySlice<UInt8> = []
    switch members.source {
    case nil: break
    case .plain(let plain): source = raw[plain]
    case .decoded(let decoded): source = decoded[...]
    }
    idHash.append(UInt32(Hash128.of(source: source, id: bytes[range]).high >> 32))
  }

  private mutating func add(_ form: UInt8, _ high: UInt64, _ low: UInt64) {
    idForm.append(form)
    idHigh.append(high)
    idLow.append(low)
  }

  /// The text of an id that is stored as one.
  func idText(_ row: Int) -> Range<Int> {
    (row == 0 ? 0 : Int(idTextEnd[row - 1]))..<Int(idTextEnd[row])
  }
}

/// A column of strings with few different values: for each row the number of its string.
struct InternedColumn: Sendable {
  private(set) var strings = ByteInterner()
  private(set) var ids: [UInt32] = []
  /// The string of the row before: what comes next is often the same.
  private var last = 0
  private var empty: UInt32?

  init() {}

  /// A column whose first rows are the empty string.
  init(absent rows: Int) {
    guard rows > 0 else { return }
    let number = UInt32(strings.number(of: [], 0..<0))
    empty = number
    ids = Array(repeating: number, count: rows)
  }

  mutating func add(_ bytes: [UInt8], _ range: Range<Int>) {
    if last < strings.count, isLast(bytes, range) {
      ids.append(UInt32(last))
      return
    }
    last = strings.number(of: bytes, range)
    ids.append(UInt32(last))
  }

  private func isLast(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    let own = strings.range(last)
    guard own.count == range.count, own.count < 48 else { return false }
    var place = own.lowerBound
    for other in range {
      if strings.arena[place] != bytes[other] { return false }
      place += 1
    }
    return true
  }

  /// The empty string, for a row without a value.
  mutating func addAbsent() {
    let number = empty ?? UInt32(strings.number(of: [], 0..<0))
    empty = number
    ids.append(number)
  }

  /// Puts a value in the place of the last row's empty string.
  mutating func set(_ bytes: [UInt8], _ range: Range<Int>) {
    ids.removeLast()
    add(bytes, range)
  }
}
