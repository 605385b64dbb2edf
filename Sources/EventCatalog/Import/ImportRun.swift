// One file through one mapping: bytes in, events and rejects out. No I/O, no clock, no chance.
import JSONBytes

/// The pure part of an import.
///
///     var run = try ImportRun(mapping: mapping, fileName: "CDNOW_sample.txt", batchID: "b1")
///     for each chunk of the file { append(try run.consume(chunk)) }
///     while case let items = try run.finish(), !items.isEmpty { append(items) }
///
/// The same items come out however the file is cut into chunks. Ids and subjects depend on the mapping's name, the
/// file's name and the line alone, so that importing the file again gives events that the ledger knows already; the
/// batch shows only in `authid` and `correlationid`. Memory: one row, but for mappings with `groupBy` and for whole
/// JSON documents, which keep the file until its end.
package struct ImportRun: Sendable {
  /// A JSON document must be in memory as a whole.
  package static let documentSizeMax = 512 << 20
  static let nameSizeMax = 200

  package let mapping: ImportMapping
  /// Rows met so far: those of events, rejected and skipped ones. The header and empty lines are none.
  package private(set) var rowsRead = 0
  package private(set) var rowsRejected = 0

  private let batchID: String
  private let keepsRows: Bool
  private var skippedRows: [Int]
  private var mapper: RowMapper
  private var reader: DelimitedReader
  private var columnCount: Int?
  private var document: [UInt8] = []
  private var records: RecordWalk?
  private var grouper = RowGrouper()
  private var lastLine = 0
  private var recordInLine = 0
  private var isFlushed = false

  /// `fileName` is the base name of the file, in any normalization form: events are called after it, so it must stay the
  /// same when the file is imported again. `batchID` at most 120 bytes. Where a mapping makes events of one of the
  /// `guarded` types, or finds customers by an address, its events carry their row.
  package init(
    mapping: ImportMapping, fileName: String, batchID: String, guarded: Set<String> = []
  ) throws(ImportError) {
    // Some systems keep names of files in another form than the one in which somebody types them.
    let fileName = NormalForm.normal(fileName)
    guard (1...Self.nameSizeMax).contains(fileName.utf8.count), !fileName.contains("/"),
      fileName.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
    else {
      throw ImportError(
        code: "import.name",
        sentence: "events are called after the file; give it a name of 1 to 200 bytes without "
          + "control characters")
    }
    precondition((1...120).contains(batchID.utf8.count), "a batch's id is 1 to 120 bytes")
    self.mapping = mapping
    self.batchID = batchID
    keepsRows = mapping.keepsRows(of: guarded)
    skippedRows = [Int](repeating: 0, count: mapping.skipReasons.count)
    var source = RowSource(
      fileName: Array(fileName.utf8), fileWord: Self.fileWord(Array(fileName.utf8)))
    var format = DelimitedFormat(cut: .none)
    if case .delimited(let named, let header, let columns) = mapping.reads {
      format = named
      source.decimalComma = named.decimalComma
      if !header {
        columnCount = columns.count
        source.columnOfSlot = mapping.columns.map { columns.firstIndex(of: $0) ?? 0 }
      }
    }
    reader = DelimitedReader(format)
    mapper = RowMapper(mapping, source: source, batchID: batchID)
  }

  /// Rows left out on purpose, by reason, in the mapping's order; reasons without rows are not listed.
  package var skipped: [ImportSkipped] {
    zip(mapping.skipReasons, skippedRows).filter { $0.1 > 0 }
      .map { ImportSkipped(reason: $0.0, rows: $0.1) }
  }

  /// `{@file}`: the name with `-` for what an Id cannot hold; cut, or no longer the same, it carries its hash.
  private static func fileWord(_ name: [UInt8]) -> [UInt8] {
    let word = name.map { ValueForms.isIDByte($0) ? $0 : UInt8(ascii: "-") }
    if word == name, word.count <= 40 { return word }
    let hash = UInt32(truncatingIfNeeded: fnv1a128(name) >> 64 ^ fnv1a128(name))
    return Array(word.prefix(31)) + "-\(String(hash, radix: 16))".utf8
  }

  /// Takes the next bytes of the file. Throws what makes the whole file unusable; stop then.
  package mutating func consume(_ chunk: Span<UInt8>) throws(ImportError) -> [ImportItem] {
    precondition(!isFlushed, "bytes come before the end of the file")
    var items: [ImportItem] = []
    if case .jsonDocument = mapping.reads {
      guard document.count + chunk.count <= Self.documentSizeMax else {
        throw ImportError(
          code: "import.too-large",
          sentence: "a JSON document of over 512 MiB is too large; send one record a line (NDJSON)")
      }
      for place in chunk.indices { document.append(chunk[place]) }
      return items
    }
    var offset = 0
    while reader.next(chunk, &offset) { try takeRow(&items) }
    if reader.isUTF16 { throw Self.utf16 }
    return items
  }

  /// Ends the file. Call it until it answers with no items: grouped events and records of a JSON document come in
  /// batches of about `rowsMax` rows.
  package mutating func finish(rowsMax: Int = 1_000) throws(ImportError) -> [ImportItem] {
    var items: [ImportItem] = []
    if !isFlushed {
      isFlushed = true
      if case .jsonDocument(let place) = mapping.reads {
        records = try RecordWalk(document, place)
        document = []
      } else {
        while reader.finish() { try takeRow(&items) }
        if reader.isUTF16 { throw Self.utf16 }
        if case .delimited = mapping.reads, columnCount == nil { throw Self.noHeader }
      }
    }
    var rowsLeft = rowsMax
    while rowsLeft > 0 || items.isEmpty, let (view, line) = records?.next() {
      rowsLeft -= 1
      try takeRecord(.json(view), line, &items)
    }
    while rowsLeft > 0 || items.isEmpty, let rows = grouper.next() {
      rowsLeft -= rows.count
      takeGroup(rows, &items)
    }
    return items
  }

  private static let utf16 = ImportError(
    code: "import.encoding", sentence: "the file is UTF-16; save it as UTF-8 and import it again")

  private static let noHeader = ImportError(
    code: "import.header",
    sentence: "the file has no header, which the mapping expects; add one, or use a mapping with "
      + "`header: no`")

  /// The row that the reader has just finished.
  private mutating func takeRow(_ items: inout [ImportItem]) throws(ImportError) {
    if reader.isUTF16 { throw Self.utf16 }
    let row = reader.row
    guard case .delimited = mapping.reads else { return try takeLine(row, &items) }
    guard let columnCount else { return try takeHeader(row) }
    if let problem = row.problem {
      rowsRead += 1
      return reject(Self.misfit(problem), row.line, row.raw, &items)
    }
    guard row.ends.count == columnCount else {
      rowsRead += 1
      return reject(
        Misfit(
          "import.columns",
          "the row has \(row.ends.count) columns instead of \(columnCount); check separators and quotes"
        ),
        row.line, row.raw, &items)
    }
    try takeRecord(.cells(row), row.line, &items)
  }

  private static func misfit(_ problem: CellRow.Problem) -> Misfit {
    switch problem {
    case .badQuote:
      Misfit("import.bad-quote", "a quote is not closed, or something stands behind its closing")
    case .tooLong:
      Misfit("import.too-long", "the row is longer than 1 MiB; only its beginning is kept here")
    }
  }

  private mutating func takeHeader(_ row: CellRow) throws(ImportError) {
    guard row.problem == nil else { throw Self.noHeader }
    let names = row.ends.indices.map { String(decoding: row[$0], as: UTF8.self).trimmingBlanks }
    // The names found are not shown: in a file without header they are somebody's data.
    for (slot, name) in mapping.columns.enumerated() {
      let places = names.indices.filter { names[$0] == name }
      guard places.count == 1 else {
        let found = places.isEmpty ? "no column" : "more than one column"
        throw ImportError(
          code: "import.header",
          sentence: "the file's first row names \(found) `\(name)`, which "
            + "\(mapping.file):\(mapping.columnLines[slot]) uses; check the file, or mend the mapping"
        )
      }
      mapper.source.columnOfSlot.append(places[0])
    }
    columnCount = names.count
  }

  /// One line of NDJSON.
  private mutating func takeLine(
    _ row: CellRow, _ items: inout [ImportItem]
  ) throws(ImportError) {
    guard case .jsonLines(let place) = mapping.reads else { return }
    if row.raw.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return }
    var views: [JSONView]?
    var misfit = Misfit(
      "import.no-record", "the line holds no record where the mapping looks for it")
    do throws(JSONError) {
      if let problem = row.problem {
        misfit = Self.misfit(problem)
      } else {
        views = place.records(in: try JSONDocument(scanning: row.raw).root)
      }
    } catch {
      misfit = Misfit(
        "import.bad-json", "the line is not JSON: column \(error.column): \(error.reason.rawValue)")
    }
    guard let views else {
      rowsRead += 1
      return reject(misfit, row.line, row.raw, &items)
    }
    for view in views { try takeRecord(.json(view), row.line, &items) }
  }

  private mutating func takeRecord(
    _ record: Record, _ line: Int, _ items: inout [ImportItem]
  ) throws(ImportError) {
    rowsRead += 1
    recordInLine = line == lastLine ? recordInLine + 1 : 1
    lastLine = line
    var context = RowContext(
      record: record, line: line, recordInLine: recordInLine, source: mapper.source)
    do throws(Misfit) {
      if let reason = try mapper.skipReason(context) {
        skippedRows[reason] += 1
      } else if mapping.group != nil {
        let key = try mapper.groupKey(context)
        let row = RowGrouper.Row(line: line, recordInLine: recordInLine, raw: record.raw)
        guard grouper.add(key: key, row) else { throw Misfit("import.too-large", "") }
      } else {
        try make(&context, &items)
      }
    } catch {
      if error.code == "import.too-large" {
        throw ImportError(
          code: "import.too-large",
          sentence: "rows are grouped, and 2 GiB of them do not fit; split the file by its groups")
      }
      reject(error, line, record.raw, &items)
    }
  }

  private mutating func make(
    _ context: inout RowContext, _ items: inout [ImportItem]
  ) throws(Misfit) {
    let mark = items.count
    if case .envelopes = mapping.makes {
      guard case .json(let view) = context.record else { return }
      items.append(
        .event(try ImportedEnvelope.event(view, line: context.line, batchID: batchID)))
      return try keepRow(context, of: &items, from: mark)
    }
    guard case .unmatched = try mapper.makeEvents(&context, into: &items) else {
      return try keepRow(context, of: &items, from: mark)
    }
    guard let reason = mapping.unmatched else {
      throw Misfit(
        "import.no-event",
        "no event of the mapping is made from this row, and no skip rule names it")
    }
    skippedRows[reason] += max(1, context.group.count)
  }

  /// Gives the row to the events that were made from it.
  private func keepRow(
    _ context: RowContext, of items: inout [ImportItem], from mark: Int
  ) throws(Misfit) {
    guard keepsRows else { return }
    let rows =
      context.group.isEmpty
      ? [GroupRow(record: context.record, line: context.line)] : context.group
    let row = ImportedRow(
      name: String(decoding: try mapper.baseID(context), as: UTF8.self),
      pieces: rows.map { ImportedRow.Piece(line: $0.line, bytes: $0.record.raw) })
    for index in mark..<items.count {
      guard case .event(var event) = items[index] else { continue }
      event.row = row
      items[index] = .event(event)
    }
  }

  private mutating func takeGroup(_ rows: [RowGrouper.Row], _ items: inout [ImportItem]) {
    let group = rows.map { GroupRow(record: record(of: $0), line: $0.line) }
    var context = RowContext(
      record: group[0].record, line: group[0].line, group: group,
      recordInLine: rows[0].recordInLine, source: mapper.source)
    do throws(Misfit) {
      try make(&context, &items)
    } catch {
      let culprit = error.line ?? rows[0].line
      for row in rows {
        let misfit =
          row.line == culprit
          ? error : Misfit("import.group", "line \(culprit), of the same group, does not fit")
        reject(misfit, row.line, row.raw, &items)
      }
    }
  }

  /// The record whose bytes were kept. They were read once already, so they can be read again.
  private func record(of row: RowGrouper.Row) -> Record {
    guard case .delimited(let format, _, _) = mapping.reads else {
      guard let document = try? JSONDocument(scanning: row.raw) else {
        preconditionFailure("a record that was JSON is JSON still")
      }
      return .json(document.root)
    }
    var reader = DelimitedReader(format)
    var offset = 0
    guard reader.next(row.raw.span, &offset) || reader.finish() else {
      preconditionFailure("a row that was kept is a row still")
    }
    return .cells(reader.row)
  }

  private mutating func reject(
    _ misfit: Misfit, _ line: Int, _ raw: [UInt8], _ items: inout [ImportItem]
  ) {
    rowsRejected += 1
    items.append(
      .reject(ImportReject(line: line, code: misfit.code, reason: misfit.reason, row: raw)))
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    var text = Substring(self)
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
