// One table WITHOUT ROWID written as the pages that SQLite would have: https://www.sqlite.org/fileformat2.html, 1.6.

/// A page of a tree while it is filled, from its end downward.
private struct TreePage {
  static let leafHead = 8
  static let interiorHead = 12
  private static let leafKind: UInt8 = 0x0A
  private static let interiorKind: UInt8 = 0x02

  private(set) var bytes: [UInt8]
  private let head: Int
  private(set) var count = 0
  private var content: Int
  /// Bytes of the last cell, without what fills it up.
  private var lastSize = 0

  init(size: Int, isLeaf: Bool) {
    bytes = Array(repeating: 0, count: size)
    bytes[0] = isLeaf ? Self.leafKind : Self.interiorKind
    head = isLeaf ? Self.leafHead : Self.interiorHead
    content = size
  }

  func hasRoom(for size: Int) -> Bool { head + 2 * count + 2 + size <= content }

  mutating func add(_ cell: ArraySlice<UInt8>) {
    // SQLite keeps room for a free block of four bytes in place of any cell.
    content -= max(4, cell.count)
    bytes.copy(cell, to: content)
    lastSize = cell.count
    bytes.store(bigEndian: UInt16(content), at: head + 2 * count)
    count += 1
  }

  /// Takes the cell out again that was added last.
  mutating func removeLast() -> [UInt8] {
    precondition(lastSize > 0, "one cell is taken out for each that is added")
    let end = count == 1 ? bytes.count : Int(bytes.integer16(at: head + 2 * count - 4))
    let cell = Array(bytes[content..<content + lastSize])
    lastSize = 0
    count -= 1
    bytes.store(bigEndian: UInt16(0), at: head + 2 * count)
    bytes.clear(content..<end)
    content = end
    return cell
  }

  /// Writes the head. `rightmost` is the child behind the last cell.
  mutating func finish(rightmost: UInt32?) {
    bytes.store(bigEndian: UInt16(count), at: 3)
    bytes.store(bigEndian: UInt16(truncatingIfNeeded: content), at: 5)
    if let rightmost { bytes.store(bigEndian: rightmost, at: 8) }
  }

  mutating func reset() {
    bytes.clear(1..<bytes.count)
    count = 0
    lastSize = 0
    content = bytes.count
  }
}

/// Writes the rows of one table, in the order of its primary key, each once, into pages without gaps. Cost: a copy of the
/// row.
///
/// A page goes out when the cell that does not fit any more, which becomes the separator in front of the next page, has a
/// successor: so no page is empty.
struct TreeBuilder {
  private struct Level {
    /// A page that is full, and the cell behind it: with its child in an interior page.
    var full: TreePage?
    var separator: [UInt8] = []
    var page: TreePage
  }

  private let root: UInt32
  private let pageSize: Int
  private let localMax: Int
  private let localMin: Int
  private var levels: [Level]
  private var cell: [UInt8] = []

  /// `root` is the page that SQLite made for the table, which holds nothing.
  init(root: UInt32, pageSize: Int) {
    self.root = root
    self.pageSize = pageSize
    // Section 1.6, "cell payload overflow": of an index tree.
    localMax = (pageSize - 12) * 64 / 255 - 23
    localMin = (pageSize - 12) * 32 / 255 - 23
    levels = [Level(page: TreePage(size: pageSize, isLeaf: true))]
  }

  /// Adds the record that lies in `bytes[range]`.
  mutating func add(
    _ bytes: [UInt8], _ range: Range<Int>, to file: PageFile
  ) throws(ProjectionError) {
    cell.removeAll(keepingCapacity: true)
    cell.appendVarint(UInt64(range.count))
    if range.count <= localMax {
      cell += bytes[range]
    } else {
      let rest = localMin + (range.count - localMin) % (pageSize - 4)
      let local = rest <= localMax ? rest : localMin
      cell += bytes[range.prefix(local)]
      let first = try overflow(bytes[range.dropFirst(local)], to: file)
      cell.append(bigEndian: first)
    }
    try add(0, to: file)
  }

  /// Writes what does not fit beside the other rows of a page, and gives the first page of it.
  private func overflow(
    _ rest: ArraySlice<UInt8>, to file: PageFile
  ) throws(ProjectionError) -> UInt32 {
    let size = pageSize - 4
    let count = (rest.count + size - 1) / size
    let first = file.next(after: 0)
    for number in 0..<count {
      let part = rest.dropFirst(number * size).prefix(size)
      var page: [UInt8] = []
      page.reserveCapacity(pageSize)
      page.append(bigEndian: number + 1 < count ? file.next(after: 1) : 0)
      page += part
      page += Array(repeating: 0, count: pageSize - page.count)
      _ = try file.append(page)
    }
    return first
  }

  /// Adds `cell` to a level: without a child in the leaves, with one above.
  private mutating func add(_ number: Int, to file: PageFile) throws(ProjectionError) {
    if levels[number].full != nil { try release(number, to: file) }
    if levels[number].page.hasRoom(for: max(4, cell.count)) {
      levels[number].page.add(cell[...])
    } else {
      var level = levels[number]
      swap(&level.separator, &cell)
      level.full = level.page
      level.page.reset()
      levels[number] = level
    }
  }

  /// Writes the full page, and puts the cell behind it one level up. `cell` is as before.
  private mutating func release(_ number: Int, to file: PageFile) throws(ProjectionError) {
    guard var page = levels[number].full.take() else { return }
    var separator = levels[number].separator
    levels[number].separator = []
    if number > 0 {
      page.finish(rightmost: separator.integer32(at: 0))
      separator.removeFirst(4)
    } else {
      page.finish(rightmost: nil)
    }
    let child = try file.append(page.bytes)
    try lift(separator, behind: child, over: number, to: file)
  }

  private mutating func lift(
    _ separator: [UInt8], behind child: UInt32, over number: Int, to file: PageFile
  ) throws(ProjectionError) {
    if number + 1 == levels.count {
      levels.append(Level(page: TreePage(size: pageSize, isLeaf: false)))
    }
    var lifted: [UInt8] = []
    lifted.reserveCapacity(separator.count + 4)
    lifted.append(bigEndian: child)
    lifted += separator
    swap(&cell, &lifted)
    try add(number + 1, to: file)
    swap(&cell, &lifted)
  }

  /// Writes what is left, the root last, in its place.
  consuming func finish(to file: PageFile) throws(ProjectionError) {
    var rightmost: UInt32?
    var number = 0
    while number < levels.count {
      if var full = levels[number].full.take() {
        // Nothing came behind the separator: it goes into the last page, and the cell before it goes up.
        var last = levels[number].separator
        swap(&cell, &last)
        var separator = full.removeLast()
        if number > 0 {
          full.finish(rightmost: separator.integer32(at: 0))
          separator.removeFirst(4)
        } else {
          full.finish(rightmost: nil)
        }
        levels[number].page.add(cell[...])
        let child = try file.append(full.bytes)
        try lift(separator, behind: child, over: number, to: file)
      }
      levels[number].page.finish(rightmost: rightmost)
      if number + 1 == levels.count {
        try file.write(levels[number].page.bytes, at: root)
        return
      }
      rightmost = try file.append(levels[number].page.bytes)
      number += 1
    }
  }
}

extension [UInt8] {
  fileprivate mutating func appendVarint(_ value: UInt64) {
    if value < 1 << 7 { return append(UInt8(value)) }
    // A record is at most as long as an array: no number of nine bytes.
    let count = SQLiteVarint.count(value)
    for place in stride(from: count - 1, through: 0, by: -1) {
      let bits = UInt8(truncatingIfNeeded: value >> UInt64(7 * place)) & 0x7F
      append(place == 0 ? bits : bits | 0x80)
    }
  }

  fileprivate mutating func append(bigEndian value: UInt32) {
    for shift in [24, 16, 8, 0] as [UInt32] { append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  fileprivate func integer16(at place: Int) -> UInt16 {
    UInt16(self[place]) << 8 | UInt16(self[place + 1])
  }

  fileprivate func integer32(at place: Int) -> UInt32 {
    UInt32(integer16(at: place)) << 16 | UInt32(integer16(at: place + 2))
  }

  fileprivate mutating func clear(_ range: Range<Int>) {
    var span = mutableSpan
    for place in range { span[place] = 0 }
  }

  /// Writes `part` over what stands at `place`.
  fileprivate mutating func copy(_ part: ArraySlice<UInt8>, to place: Int) {
    precondition(place >= 0 && place + part.count <= count, "there is room for it")
    // Safe: both ranges lie within their arrays, which are two.
    unsafe withUnsafeMutableBytes { target in
      unsafe part.withUnsafeBytes { source in
        unsafe UnsafeMutableRawBufferPointer(rebasing: target[place...]).copyMemory(from: source)
      }
    }
  }

  mutating func store(bigEndian value: UInt16, at place: Int) {
    self[place] = UInt8(value >> 8)
    self[place + 1] = UInt8(truncatingIfNeeded: value)
  }

  mutating func store(bigEndian value: UInt32, at place: Int) {
    store(bigEndian: UInt16(value >> 16), at: place)
    store(bigEndian: UInt16(truncatingIfNeeded: value), at: place + 2)
  }
}
