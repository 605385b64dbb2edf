/// Several rows to one event.
import JSONBytes
import RapportTesting
import Testing

@testable import EventCatalog

@Suite struct RowGroupingTests {
  private static let yaml = """
    mapping: invoices
    about: x
    reads: {format: delimited}
    groupBy: "{no}"
    subject: {column: who, ifEmpty: anonymous}
    time: "2026-01-01T00:00:00Z"
    skip: [{when: {column: sku, equals: TEST}, because: "a test"}]
    events:
      - type: order.completed
        when: {not: {column: no, startsWith: C}}
        data:
          orderId: "{no}"
          lines: {each: rows, give: {sku: "{sku}", quantity: {column: n, as: integer}}}
          total: {sum: n, times: price, money: GBP}
          pieces: {sum: n, as: integer}
      - type: order.cancelled
        when: {column: no, startsWith: C}
        data:
          total: {sum: n, times: price, money: GBP, negate: yes}
    """

  @Test func rowsOfOneKeyMakeOneEventWhereverTheyLie() throws {
    let text = """
      no,who,sku,n,price
      1,k1,A,2,1.5
      2,,B,1,0.335
      1,k1,TEST,9,9
      1,k1,"C,
      c",3,0.335
      C9,k2,A,-2,1.5
      2,,B,1,0.335

      """
    let imported = try importing(text, with: Self.yaml)
    #expect(
      try imported.data == [
        #"{"orderId":"1","lines":[{"sku":"A","quantity":2},{"sku":"C,\nc","quantity":3}],"#
          + #""total":{"amount":"4.005","currency":"GBP"},"pieces":5}"#,
        #"{"orderId":"2","lines":[{"sku":"B","quantity":1},{"sku":"B","quantity":1}],"#
          + #""total":{"amount":"0.670","currency":"GBP"},"pieces":2}"#,
        #"{"total":{"amount":"3.0","currency":"GBP"}}"#,
      ])
    #expect(
      try imported.events.map { $0["id"]?.string } == ["file.csv:2", "file.csv:3", "file.csv:7"])
    #expect(
      try imported.events.map { $0["subject"]?.string } == ["k1", "anon-invoices:file.csv:3", "k2"])
    #expect(imported.rowsRead == 6)
    #expect(imported.skipped == [ImportSkipped(reason: "a test", rows: 1)])
  }

  @Test func rowsOfAGroupMaySpellTheCustomerInTwoWays() throws {
    let text = "no,who,sku,n,price\n1,Rene\u{301},A,1,1\n1,Ren\u{E9},B,1,1\n"
    let imported = try importing(text, with: Self.yaml)
    #expect(imported.codes == [])
    #expect(
      try imported.events.map { $0["subject"]?.text.map(Array.init) } == [Array("Ren\u{E9}".utf8)])
  }

  @Test func aRowThatDoesNotFitTakesItsGroupAlong() throws {
    let text = "no,who,sku,n,price\n1,k,A,1,1\n2,k,A,1,1\n1,k,B,two,1\n1,k,C,3,1\n"
    let imported = try importing(text, with: Self.yaml)
    #expect(imported.codes == ["2: import.group", "4: import.bad-number", "5: import.group"])
    #expect(imported.rejects[0].reason == "line 4, of the same group, does not fit")
    #expect(
      imported.rejects.map { String(decoding: $0.row, as: UTF8.self) }
        == ["1,k,A,1,1", "1,k,B,two,1", "1,k,C,3,1"])
    #expect(try imported.events.map { $0["id"]?.string } == ["file.csv:3"])
    #expect(imported.rowsRejected == 3)
  }

  @Test func aGroupIsAboutOneCustomer() throws {
    let imported = try importing(
      "no,who,sku,n,price\n1,k,A,1,1\n1,m,A,1,1\n2,k,A,1,1\n2,,A,1,1\n", with: Self.yaml)
    #expect(try imported.events.isEmpty)
    #expect(imported.rejects.count == 4)
    #expect(imported.rejects[1].reason == "`who` is not the same in all rows of the group")
  }

  @Test func aRowWithoutKeyIsRejectedAtOnce() throws {
    let imported = try importing("no,who,sku,n,price\n,k,A,1,1\n", with: Self.yaml)
    #expect(imported.codes == ["2: import.missing-value"])
  }

  @Test func linesOfJSONAreGroupedToo() throws {
    let yaml = Self.yaml
      .replacing("{format: delimited}", with: "{format: ndjson}")
      .replacing("{no}", with: "{/no}").replacing("{sku}", with: "{/sku}")
      .replacing("column: ", with: "column: /").replacing("sum: n", with: "sum: /n")
      .replacing("times: price", with: "times: /price")
    let text = """
      {"no": 1, "who": "k", "sku": "A", "n": 2, "price": 1.5}
      {"no": 2, "who": null, "sku": "B", "n": 1, "price": "2"}
      {"no": 1, "who": "k", "sku": "C", "n": 1, "price": 1}
      """
    let imported = try importing(text, with: yaml)
    #expect(
      try imported.data == [
        #"{"orderId":"1","lines":[{"sku":"A","quantity":2},{"sku":"C","quantity":1}],"#
          + #""total":{"amount":"4.0","currency":"GBP"},"pieces":3}"#,
        #"{"orderId":"2","lines":[{"sku":"B","quantity":1}],"#
          + #""total":{"amount":"2","currency":"GBP"},"pieces":1}"#,
      ])
  }

  /// Rows in any order give the same groups, each with its rows in the order of the file.
  @Test(arguments: 0..<10 as Range<UInt64>) func anyOrderOfRowsGivesTheSameSums(seed: UInt64) throws
  {
    var chance = SeededGenerator(seed: seed)
    var rows = (0..<200).map { "\($0 % 37),k\($0 % 37),S\($0),\(1 + $0 % 5),0.\(100 + $0)" }
    func totals() throws -> [String: String] {
      let text = (["no,who,sku,n,price"] + rows).joined(separator: "\n")
      var totals: [String: String] = [:]
      for event in try importing(text, with: Self.yaml, chunks: 100).events {
        let data = try #require(event["data"])
        totals[data["orderId"]?.string ?? ""] = data["total"]?["amount"]?.string
      }
      return totals
    }
    let inOrder = try totals()
    #expect(inOrder.count == 37)
    rows.shuffle(using: &chance)
    #expect(try totals() == inOrder, "seed \(seed)")
  }

  /// Groups come in batches, and no batch but the last is empty.
  @Test func groupsComeInBatches() throws {
    let text = "no,who,sku,n,price\n" + (0..<50).map { "\($0 / 2),k,A,1,1\n" }.joined()
    let mapping = try ImportMapping(yaml: Array(Self.yaml.utf8), file: "t.yaml")
    let whole = try importing(Array(text.utf8), with: mapping)
    #expect(whole.items.count == 25)
    for rowsMax in [1, 3, 7] {
      let batched = try importing(Array(text.utf8), with: mapping, rowsMax: rowsMax)
      #expect(batched.items == whole.items)
    }
    var run = try ImportRun(mapping: mapping, fileName: "f.csv", batchID: "b")
    let early = try run.consume(Array(text.utf8).span)
    let first = try run.finish(rowsMax: 3)
    #expect(early.isEmpty)
    #expect(first.count == 2)
  }
}
