/// Rows and cells, however a file is cut into chunks.
import RapportTesting
import Testing

@testable import EventCatalog

@Suite struct DelimitedReaderTests {
  static let comma = DelimitedFormat(cut: .separator(UInt8(ascii: ",")), quote: UInt8(ascii: "\""))
  static let blanks = DelimitedFormat(cut: .blanks, quote: nil)

  /// `line: cell|cell` of each row; a problem stands in front.
  private func rows(
    _ bytes: [UInt8], _ format: DelimitedFormat = comma, chunks cuts: [Int] = []
  ) -> [String] {
    var reader = DelimitedReader(format)
    var rows: [String] = []
    func take() {
      let row = reader.row
      let cells = row.ends.indices.map { String(decoding: row[$0], as: UTF8.self) }
      switch row.problem {
      case nil: rows.append("\(row.line): " + cells.joined(separator: "|"))
      case .badQuote:
        rows.append("\(row.line): bad quote: " + String(decoding: row.raw, as: UTF8.self))
      case .tooLong: rows.append("\(row.line): too long: \(row.raw.count)")
      }
    }
    var start = 0
    for end in cuts + [bytes.count] {
      let chunk = Array(bytes[start..<end])
      var offset = 0
      while reader.next(chunk.span, &offset) { take() }
      start = end
    }
    while reader.finish() { take() }
    return rows
  }

  private func rows(_ text: String, _ format: DelimitedFormat = comma) -> [String] {
    rows(Array(text.utf8), format)
  }

  @Test func linesEndWithLineFeedOrBothOrTheFile() {
    #expect(rows("a,b\nc,d\n") == ["1: a|b", "2: c|d"])
    #expect(rows("a,b\r\nc,d\r\n") == ["1: a|b", "2: c|d"])
    #expect(rows("a,b\r\nc,d") == ["1: a|b", "2: c|d"])
    #expect(rows("a,b\nc,d\r") == ["1: a|b", "2: c|d"])
  }

  @Test func aLoneReturnIsPartOfItsCell() {
    #expect(rows("a\rb,c\n") == ["1: a\rb|c"])
  }

  @Test func emptyLinesAreNoRowsButCount() {
    #expect(rows("\n\na,b\n\r\n\nc,d\n\n") == ["3: a|b", "6: c|d"])
    #expect(rows("") == [])
    #expect(rows("\r\n") == [])
  }

  @Test func emptyCellsAreCells() {
    #expect(rows(",\n,,x\n\"\"\n") == ["1: |", "2: ||x", "3: "])
  }

  @Test func quotedCellsHoldSeparatorsLineBreaksAndTheQuote() {
    #expect(rows("\"a,b\",c\n") == ["1: a,b|c"])
    #expect(rows("\"a\nb\r\nc\",d\ne,f\n") == ["1: a\nb\r\nc|d", "4: e|f"])
    #expect(rows("\"say \"\"hi\"\"\",\"\"\"\"\r\nx,y") == ["1: say \"hi\"|\"", "2: x|y"])
    #expect(rows("a,\"\"\r\n") == ["1: a|"])
    #expect(rows("a,\"b\"") == ["1: a|b"])
  }

  @Test func aQuoteWithinAnUnquotedCellIsText() {
    #expect(rows("5\" disc,it's\n") == ["1: 5\" disc|it's"])
  }

  @Test func whatStandsBehindAClosingQuoteIsABadQuote() {
    #expect(rows("\"a\"b,c\nd,e\n") == ["1: bad quote: \"a\"b,c", "2: d|e"])
    #expect(rows("\"a\"\rb\nd,e\n") == ["1: bad quote: \"a\"\rb", "2: d|e"])
    #expect(rows("\"a\" ,c\n") == ["1: bad quote: \"a\" ,c"])
  }

  @Test func aQuoteThatIsNeverClosedCostsItsLineAlone() {
    #expect(
      rows("a,b\n\"c,d\ne,f\ng,h\n") == ["1: a|b", "2: bad quote: \"c,d", "3: e|f", "4: g|h"])
    #expect(rows("a,\"b\r\nc,d\r\n") == ["1: bad quote: a,\"b", "2: c|d"])
    #expect(rows("a,\"b") == ["1: bad quote: a,\"b"])
    #expect(rows("\"") == ["1: bad quote: \""])
    #expect(rows("\"x\n\"\"\n") == ["1: bad quote: \"x", "2: "])
  }

  @Test func aQuoteThatIsNeverClosedIsGivenUpAtTheLimitOfARow() {
    let line = String(repeating: "x", count: 99) + ",y\n"
    let count = 2 * DelimitedReader.rowSizeMax / line.utf8.count
    let found = rows("\"open,z\n" + String(repeating: line, count: count))
    #expect(found.count == count + 1)
    #expect(found[0] == "1: bad quote: \"open,z")
    #expect(found[1].hasPrefix("2: xxx"))
    #expect(found[count].hasPrefix("\(count + 1): xxx"))
  }

  @Test func aRowThatIsTooLongIsCutAndTheNextIsRead() {
    let long = String(repeating: "x", count: DelimitedReader.rowSizeMax + 1)
    let limit = DelimitedReader.rowSizeMax
    #expect(rows("a,b\n\(long)\nc,d\n") == ["1: a|b", "2: too long: \(limit)", "3: c|d"])
    #expect(rows("\"\(long)\nc,d\n") == ["1: too long: \(limit)", "2: c|d"])
    #expect(rows("\(long.dropLast())\nc,d\n").last == "2: c|d")
    #expect(rows(long) == ["1: too long: \(limit)"])
  }

  @Test func aByteOrderMarkIsNoPartOfTheFirstCell() {
    #expect(rows([0xEF, 0xBB, 0xBF] + Array("\"a\",b\nc,d".utf8)) == ["1: a|b", "2: c|d"])
    #expect(rows([0xEF, 0xBB, 0xBF]) == [])
    #expect(rows(Array("a\n".utf8) + [0xEF, 0xBB, 0xBF, 0x62]) == ["1: a", "2: \u{FEFF}b"])
  }

  @Test func utf16IsNoticed() {
    for mark: [UInt8] in [[0xFF, 0xFE], [0xFE, 0xFF]] {
      var reader = DelimitedReader(Self.comma)
      var offset = 0
      _ = reader.next((mark + [0x61, 0x00]).span, &offset)
      #expect(reader.isUTF16)
    }
  }

  @Test func runsOfBlanksSeparateAndThoseAtTheEndsDoNotCount() {
    #expect(
      rows("  00004 0001  19970101\t2   29.33 \r\n\n   \r\n x\n", Self.blanks)
        == ["1: 00004|0001|19970101|2|29.33", "4: x"])
  }

  @Test func fixedColumnsAreCutByBytesAndTrimmed() {
    let format = DelimitedFormat(cut: .fixed([0..<4, 4..<8, 8..<12]), quote: nil)
    #expect(
      rows("ab  c  d  e\r\nx\n\"y,z\"   q", format) == ["1: ab|c  d|e", "2: x||", "3: \"y,z|\"|q"])
  }

  @Test func trimmingSparesWhatIsQuoted() {
    var format = Self.comma
    format.trims = true
    #expect(rows(" a , \" b \" ,\t c\t\n", format) == ["1: a| b |c"])
  }

  @Test func aTabSeparatesWhereItIsToldTo() {
    var format = DelimitedFormat(cut: .separator(0x09), quote: UInt8(ascii: "\""))
    #expect(rows("a\t\tb\n", format) == ["1: a||b"])
    format.trims = true
    #expect(rows(" a\t \"b\" \tc \n", format) == ["1: a|b|c"])
  }

  /// A file with everything in it gives the same rows for each pair of cuts, and byte by byte.
  @Test func everyWayToCutAFileGivesTheSameRows() {
    let text = "\u{FEFF}\"a\"\"\r\n\",b\r\n\r\n,\"\"\n\"x\"y,z\r\n1,2\r\n\"open\nc,d\n"
    let bytes = Array(text.utf8)
    let whole = rows(bytes)
    #expect(whole.count == 6)
    for first in 0...bytes.count {
      for second in first...bytes.count {
        guard rows(bytes, chunks: [first, second]) == whole else {
          Issue.record("cut at \(first) and \(second)")
          return
        }
      }
    }
    #expect(rows(bytes, chunks: Array(0...bytes.count)) == whole)
  }

  /// All texts of up to six characters from the ones that matter: each cut gives the same rows, and every byte but
  /// line breaks comes back in some row.
  @Test func everyShortTextIsReadTheSameInTwoPieces() {
    let letters = Array("a,\"\n\r".utf8)
    var texts: [[UInt8]] = [[]]
    for _ in 0..<6 {
      texts = texts.flatMap { text in letters.map { text + [$0] } }
      for text in texts {
        let whole = rows(text)
        for cut in 1..<max(2, text.count) where rows(text, chunks: [min(cut, text.count)]) != whole
        {
          Issue.record("\(text) cut at \(cut)")
          return
        }
      }
    }
  }

  /// Cells of anything, written by RFC 4180, come back as they were.
  @Test(arguments: 0..<20 as Range<UInt64>) func whatIsWrittenIsReadAgain(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    let letters = Array("ab,\"\n\r é".utf8)
    var table: [[[UInt8]]] = []
    var bytes: [UInt8] = []
    for _ in 0..<50 {
      var cells: [[UInt8]] = []
      for _ in 0..<(1 + chance.below(5)) {
        cells.append((0..<chance.below(8)).map { _ in chance.pick(letters) })
      }
      table.append(cells)
      let written = cells.map { cell in
        var quoted: [UInt8] = [0x22]
        for byte in cell { quoted += byte == 0x22 ? [0x22, 0x22] : [byte] }
        return quoted + [0x22]
      }
      bytes += written.joined(separator: [0x2C])
      bytes += chance.chance(50) ? [0x0D, 0x0A] : [0x0A]
    }
    var reader = DelimitedReader(Self.comma)
    var found: [[[UInt8]]] = []
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + 1 + chance.below(40))
      let chunk = Array(bytes[start..<end])
      var offset = 0
      while reader.next(chunk.span, &offset) {
        found.append(reader.row.ends.indices.map { Array(reader.row[$0]) })
      }
      start = end
    }
    let hasMore = reader.finish()
    #expect(!hasMore)
    #expect(found == table, "seed \(seed)")
  }
}
