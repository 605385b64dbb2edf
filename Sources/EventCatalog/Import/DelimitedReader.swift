// Cuts text that arrives in pieces into rows and cells. It knows nothing of columns' meaning.

/// How rows are cut into cells.
struct DelimitedFormat: Hashable, Sendable {
  enum Cut: Hashable, Sendable {
    /// At each such byte.
    case separator(UInt8)
    /// At runs of blanks and tabs; those at both ends of a row do not count.
    case blanks
    /// At fixed places, counted in bytes from 0; blanks around a cell do not count.
    case fixed([Range<Int>])
    /// Not at all: a row is a line (NDJSON).
    case none
  }

  var cut: Cut
  /// Around cells that hold separators, line breaks or, doubled, the quote itself (RFC 4180).
  var quote: UInt8?
  /// Blanks around unquoted cells do not count.
  var trims = false
  /// Numbers are written `1.234,56`.
  var decimalComma = false
}

/// One row: its bytes as they stood, and its cells with the quotes undone.
struct CellRow: Sendable {
  enum Problem: Hashable, Sendable { case badQuote, tooLong }

  /// As it stood, without the line break at its end.
  var raw: [UInt8] = []
  /// The cells, one behind the other.
  var cells: [UInt8] = []
  /// Where each cell ends in `cells`.
  var ends: [Int] = []
  /// Of the first physical line, from 1.
  var line = 1
  var problem: Problem?

  subscript(_ index: Int) -> ArraySlice<UInt8> {
    cells[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  mutating func removeAll() {
    raw.removeAll(keepingCapacity: true)
    cells.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    problem = nil
  }
}

/// A state machine over bytes: the same rows come out however the file is cut into chunks.
///
/// Call ``next(_:_:)`` until it answers false for each chunk, then ``finish()`` until it answers false; after each
/// true the row is in ``row``. Lines end with LF or CRLF; empty lines are no rows. A byte order mark is skipped.
///
/// A row of over ``rowSizeMax`` bytes is a problem of that row. A quote that is never closed would swallow the rest
/// of the file: it is a problem of its first line, and reading goes on with the second. Costs one step a byte; holds
/// one row.
struct DelimitedReader: Sendable {
  static let rowSizeMax = 1 << 20

  let format: DelimitedFormat
  private(set) var row = CellRow()
  /// The file began with the mark of UTF-16: nothing that follows can be read.
  private(set) var isUTF16 = false

  private enum State { case cellStart, plain, quoted, quoteSeen, quoteThenReturn, tooLong }

  private let separator: UInt16
  private let quote: UInt16
  private let cutsAtBlanks: Bool
  private let keepsCells: Bool
  private var state = State.cellStart
  private var cellWasQuoted = false
  private var isDone = false
  private var atFileStart = true
  /// The physical line that the next byte stands on.
  private var lineNow = 1
  /// Lines to be read again, behind one whose quote was never closed.
  private var replay: [UInt8] = []
  private var replayed = 0

  init(_ format: DelimitedFormat) {
    self.format = format
    // Numbers that no byte equals stand for "none".
    separator = if case .separator(let byte) = format.cut { UInt16(byte) } else { .max }
    cutsAtBlanks = format.cut == .blanks
    keepsCells = cutsAtBlanks || separator != .max
    quote = keepsCells ? format.quote.map(UInt16.init) ?? .max : .max
  }

  /// Reads `chunk` from `offset` to the end of a row, and moves `offset`. False: the chunk is used up.
  mutating func next(_ chunk: Span<UInt8>, _ offset: inout Int) -> Bool {
    startRowIfDone()
    if replayLines() { return true }
    while offset < chunk.count {
      let byte = chunk[offset]
      offset += 1
      if take(byte) { return true }
    }
    return false
  }

  /// The rows that end with the file. Call until it answers false.
  mutating func finish() -> Bool {
    while true {
      startRowIfDone()
      if replayLines() { return true }
      if row.raw.isEmpty { return false }
      switch state {
      case .quoted:
        // May have queued lines to read again.
        giveUpQuote()
        if isDone { return true }
      default:
        if endLine() { return true }
      }
    }
  }

  private mutating func startRowIfDone() {
    guard isDone else { return }
    isDone = false
    row.removeAll()
    row.line = lineNow
    state = .cellStart
    cellWasQuoted = false
  }

  private mutating func replayLines() -> Bool {
    while replayed < replay.count {
      let byte = replay[replayed]
      replayed += 1
      if take(byte) { return true }
    }
    if !replay.isEmpty {
      replay = []
      replayed = 0
    }
    return false
  }

  /// One byte. True: a row is whole.
  private mutating func take(_ byte: UInt8) -> Bool {
    if byte == 0x0A {
      lineNow += 1
      if state != .quoted { return endLine() }
    }
    if state == .tooLong { return false }
    row.raw.append(byte)
    if row.raw.count > Self.rowSizeMax { return overflow() }
    switch state {
    case .plain: takePlain(byte)
    case .cellStart: takeFirst(byte)
    case .quoted:
      if UInt16(byte) == quote { state = .quoteSeen } else { row.cells.append(byte) }
    case .quoteSeen: takeBehindQuote(byte)
    case .quoteThenReturn:
      row.problem = .badQuote
      state = .plain
      takePlain(byte)
    case .tooLong: break
    }
    if atFileStart { checkMark() }
    return false
  }

  private mutating func takeFirst(_ byte: UInt8) {
    if UInt16(byte) == quote {
      cellWasQuoted = true
      state = .quoted
    } else if cutsAtBlanks || format.trims, isBlank(byte) {
      // Before a cell: not part of it, be it quoted or not.
    } else {
      state = .plain
      takePlain(byte)
    }
  }

  private mutating func takePlain(_ byte: UInt8) {
    if UInt16(byte) == separator || (cutsAtBlanks && isBlank(byte)) {
      endCell()
    } else if keepsCells {
      row.cells.append(byte)
    }
  }

  private func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || (byte == 0x09 && separator != 0x09)
  }

  private mutating func takeBehindQuote(_ byte: UInt8) {
    if UInt16(byte) == quote {
      row.cells.append(byte)
      state = .quoted
    } else if UInt16(byte) == separator || (cutsAtBlanks && isBlank(byte)) {
      endCell()
    } else if byte == 0x0D {
      state = .quoteThenReturn
    } else if format.trims, isBlank(byte) {
      // Blanks behind a quoted cell.
    } else {
      row.problem = .badQuote
      state = .plain
      takePlain(byte)
    }
  }

  private mutating func endCell() {
    if format.trims, !cellWasQuoted { trimCell() }
    row.ends.append(row.cells.count)
    state = .cellStart
    cellWasQuoted = false
  }

  private mutating func trimCell() {
    let start = row.ends.last ?? 0
    while row.cells.count > start, let last = row.cells.last, isBlank(last) {
      row.cells.removeLast()
    }
  }

  private mutating func endLine() -> Bool {
    if row.raw.last == 0x0D, state != .tooLong {
      row.raw.removeLast()
      if state == .plain, keepsCells {
        row.cells.removeLast()
        if cutsAtBlanks, row.cells.count == row.ends.last ?? 0 { state = .cellStart }
      }
    }
    return endRow()
  }

  private mutating func endRow() -> Bool {
    isDone = true
    atFileStart = false
    if state == .tooLong { return true }
    if row.raw.isEmpty {
      startRowIfDone()
      return false
    }
    switch format.cut {
    case .blanks:
      if state != .cellStart { endCell() }
      if row.ends.isEmpty, row.problem == nil {
        startRowIfDone()
        return false
      }
    case .separator: endCell()
    case .fixed(let places): cutFixed(places)
    case .none: break
    }
    return true
  }

  private mutating func cutFixed(_ places: [Range<Int>]) {
    row.cells.removeAll(keepingCapacity: true)
    for place in places {
      var cell = row.raw[place.clamped(to: 0..<row.raw.count)]
      while let last = cell.last, last == 0x20 || last == 0x09 { cell.removeLast() }
      while let first = cell.first, first == 0x20 || first == 0x09 { cell.removeFirst() }
      row.cells += cell
      row.ends.append(row.cells.count)
    }
  }

  private mutating func overflow() -> Bool {
    if state == .quoted || state == .quoteSeen || state == .quoteThenReturn,
      row.raw.contains(0x0A)
    {
      giveUpQuote()
      return isDone
    }
    row.raw.removeLast()
    row.problem = .tooLong
    state = .tooLong
    return false
  }

  /// Makes the first line of the row a problem of its own, and queues the others to be read again.
  private mutating func giveUpQuote() {
    row.problem = .badQuote
    if let end = row.raw.firstIndex(of: 0x0A) {
      replay = Array(row.raw[(end + 1)...]) + replay[replayed...]
      replayed = 0
      let returnBefore = end > 0 && row.raw[end - 1] == 0x0D
      row.raw.removeSubrange((returnBefore ? end - 1 : end)...)
      lineNow = row.line + 1
    }
    isDone = true
    atFileStart = false
  }

  /// Drops a UTF-8 byte order mark, which only the first three bytes of a file can be.
  private mutating func checkMark() {
    if row.raw.count == 2, row.raw == [0xFF, 0xFE] || row.raw == [0xFE, 0xFF] { isUTF16 = true }
    guard row.raw.count >= 3 else { return }
    atFileStart = false
    if row.raw == [0xEF, 0xBB, 0xBF] {
      row.removeAll()
      state = .cellStart
    }
  }
}
