// Real data of others, through the whole ledger: imported, counted in the view, imported again, folded anew, verified.

import JSONBytes
import Ledger
import RapportTesting
import Testing

@Suite(.enabled(if: SharedData.isPresent, "the shared data are not here (RAPPORT_SHARED)"))
struct SharedImportsTests {
  private static let cdnow =
    SharedData.isPresent ? SharedData.path("data/cdnow/CDNOW_sample.txt") : ""

  private static let totals =
    "SELECT count(*) AS customers, sum(orders) AS orders, sum(spend_micros) AS spend FROM customer"
  private static let cdnowTotals = "[{\"customers\":2357,\"orders\":6919,\"spend\":244091940000}]"

  private static func expected(_ folder: String) throws -> JSONView {
    try JSONDocument(scanning: SharedData.file("data/\(folder)/expected.json")).root
  }

  @Test func cdnowCountsEachPurchaseOnceHoweverOftenItIsImported() async throws {
    let ledger = try TestLedger()
    let first = try await ledger.importFile(Self.cdnow, "cdnow-sample")
    #expect(first.events.appended == 6_919)
    #expect(first.rejected == 0)
    let second = try await ledger.importFile(Self.cdnow, "cdnow-sample")
    #expect(second.events.appended == 0)
    #expect(second.events.duplicates == 6_919)
    #expect(try ledger.query(Self.totals) == Self.cdnowTotals)
    let rebuilt = try ledger.read { try $0.view("customer").rebuild() }
    #expect(rebuilt.isUnchanged == true)
    #expect(try ledger.query(Self.totals) == Self.cdnowTotals)
    #expect(try ledger.read { try $0.verify() }.isGood)
  }

  @Test func cdnowGivesTheSameFromTheShuffledFile() async throws {
    var lines = SharedData.file("data/cdnow/CDNOW_sample.txt").split(separator: 0x0A)
    var random = SeededGenerator(seed: 11)
    lines.shuffle(using: &random)
    let ledger = try TestLedger()
    let path = "\(ledger.folder.path)/CDNOW_sample.txt"
    try Ledger.writePrivateFile(Array(lines.joined(separator: [0x0A])) + [0x0A], to: path)
    #expect(try await ledger.importFile(path, "cdnow-sample").events.appended == 6_919)
    #expect(try ledger.query(Self.totals) == Self.cdnowTotals)
  }

  @Test func cdnowAgreesMonthByMonthAndForTheBestCustomers() async throws {
    let ledger = try TestLedger()
    _ = try await ledger.importFile(Self.cdnow, "cdnow-sample")
    let expected = try Self.expected("cdnow")
    let months = Array(try #require(expected["by_month"]).members)
    #expect(months.count == 18)
    let found = try ledger.query(
      """
      SELECT strftime('%Y-%m', time / 1000000, 'unixepoch') AS month, count(*) AS rows,
        count(DISTINCT customer_id) AS customers
      FROM timeline WHERE type = 'order.completed' GROUP BY month ORDER BY month
      """)
    let rows = try JSONDocument(scanning: Array(found.utf8)).root
    for (row, month) in zip(rows.elements, months) {
      #expect(row["month"]?.string == month.name)
      #expect(row["rows"]?.integer == month.value["rows"]?.integer)
      #expect(row["customers"]?.integer == month.value["customers"]?.integer)
    }
    let best = try JSONDocument(
      scanning: Array(
        ledger.query(
          """
          SELECT customer_id, orders, spend_micros FROM customer
          ORDER BY spend_micros DESC LIMIT 10
          """
        ).utf8)
    ).root
    for (row, wanted) in zip(best.elements, expected["top10_by_spend"]?.elements.map { $0 } ?? []) {
      #expect(row["customer_id"]?.string == wanted["customer"]?.string)
      #expect(row["orders"]?.integer == wanted["rows"]?.integer)
      #expect(
        row["spend_micros"]?.integer
          == wanted["spend"]?.string.flatMap { ExactDecimal($0)?.micros })
    }
  }

  @Test func onlineRetailNetsOrdersAndCancellations() async throws {
    let ledger = try TestLedger()
    let file = SharedData.path("data/online-retail/online_retail_2009-12_week1.csv")
    let summary = try await ledger.importFile(file, "online-retail")
    let expected = try Self.expected("online-retail")
    #expect(Int64(summary.rowsRead) == expected["rows"]?.integer)
    #expect(summary.rejected == 0)
    let found = try ledger.query(
      """
      SELECT (SELECT count(*) FROM timeline WHERE type IN ('order.completed', 'order.cancelled'))
          AS invoices,
        (SELECT count(*) FROM timeline WHERE type = 'order.cancelled') AS cancellations,
        (SELECT count(*) FROM customer WHERE anonymous = 0) AS customers,
        (SELECT sum(net_micros) FROM spend) AS net,
        (SELECT sum(cancelled_micros) FROM spend) AS cancelled
      """)
    let row = try #require(JSONDocument(scanning: Array(found.utf8)).root.at(pointer: "/0"))
    #expect(row["invoices"]?.integer == expected["invoices"]?.integer)
    #expect(row["cancellations"]?.integer == expected["cancellation_invoices"]?.integer)
    #expect(row["customers"]?.integer == expected["customers"]?.integer)
    func micros(_ name: String) -> Int64? {
      expected[name]?.string.flatMap { ExactDecimal($0)?.micros }
    }
    #expect(row["net"]?.integer == micros("total_quantity_times_price"))
    #expect(row["cancelled"]?.integer == micros("cancellation_value").map { -$0 })
    let best = try JSONDocument(
      scanning: Array(
        ledger.query(
          """
          SELECT customer_id, spend_micros FROM customer WHERE anonymous = 0
          ORDER BY spend_micros DESC LIMIT 10
          """
        ).utf8)
    ).root
    for (row, wanted) in zip(best.elements, expected["top10_net_value"]?.elements.map { $0 } ?? [])
    {
      #expect(row["customer_id"]?.string == wanted["customer"]?.string)
      #expect(
        row["spend_micros"]?.integer == wanted["net"]?.string.flatMap { ExactDecimal($0)?.micros })
    }
  }

  /// File, mapping, and how many rows of it do not fit.
  static let sets: [(file: String, mapping: String, rejected: Int)] = [
    ("data/hillstrom/hillstrom_first_6400.csv", "hillstrom", 0),
    ("data/bank-marketing/bank.csv", "bank-contacts", 0),
    ("data/cfpb/complaints.csv", "cfpb-complaints", 0),
    ("data/payloads/shopify/orders.json", "shopify-orders", 0),
  ]

  @Test(arguments: sets.indices) func everySetGoesInOnceAndTheViewStaysEqual(index: Int)
    async throws
  {
    let (file, mapping, rejected) = Self.sets[index]
    let ledger = try TestLedger()
    let first = try await ledger.importFile(SharedData.path(file), mapping)
    #expect(first.rejected == rejected, "\(first.rejections.first?.sentence ?? "")")
    #expect(first.events.appended > 0)
    let second = try await ledger.importFile(SharedData.path(file), mapping)
    #expect(second.events.appended == 0)
    #expect(second.events.duplicates == first.events.appended)
    let rebuilt = try ledger.read { try $0.view("customer").rebuild() }
    #expect(rebuilt.isUnchanged == true)
    #expect(try ledger.read { try $0.verify() }.isGood)
  }
}
