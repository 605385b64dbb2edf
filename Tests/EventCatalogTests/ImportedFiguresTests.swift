/// The published data, imported with the mappings that ship, has exactly the figures that others computed from it.
///
/// Figures that no event carries are not here: what describes people and serves no need (job, balance, ZIP code, past
/// spend), and statistics (rates, lift, variance).
import EventCatalog
import JSONBytes
import RapportTesting
import Testing

/// One event, as far as the figures need it.
private struct Fact {
  var type: String
  var subject: String
  var time: String
  var data: JSONValue
  var size: Int

  var day: String { String(time.prefix(10)) }
  var month: String { String(time.prefix(7)) }
  var isAnonymous: Bool { subject.hasPrefix("anon-") }

  func text(_ name: String) -> String { data[name]?.string ?? "-" }

  func money(_ name: String) -> ExactDecimal {
    ExactDecimal(data[name]?["amount"]?.string ?? "") ?? ExactDecimal(0)
  }

  var lines: [JSONValue] { data["lines"]?.elements ?? [] }
  var quantity: Int64 { lines.reduce(0) { $0 + ($1["quantity"]?.integer ?? 0) } }
}

extension Sequence<ExactDecimal> {
  fileprivate var total: ExactDecimal { reduce(ExactDecimal(0)) { $0.adding($1) ?? $0 } }
}

@Suite(.enabled(if: SharedData.isPresent, "needs the published data of the shared folder"))
struct ImportedFiguresTests {
  private func facts(_ mapping: String, _ path: String) throws -> [Fact] {
    let file = String(path.split(separator: "/").last ?? "")
    let imported = try importing(
      SharedData.file("data/\(path)"), with: try shippedMapping(mapping), name: file)
    #expect(imported.rejects.isEmpty && imported.skipped.isEmpty)
    return try imported.events.map { event in
      Fact(
        type: event["type"]?.string ?? "", subject: event["subject"]?.string ?? "",
        time: event["time"]?.string ?? "", data: event["data"]?.value ?? .null,
        size: event.document.bytes.count)
    }
  }

  private func expected(_ folder: String) throws -> JSONView {
    try JSONDocument(scanning: SharedData.file("data/\(folder)/expected.json")).root
  }

  private func decimal(_ view: JSONView?) -> ExactDecimal? {
    view?.string.flatMap { ExactDecimal($0) }
  }

  /// Compares counts with those under `view`, which must name the same groups.
  private func expect(
    _ counts: [String: Int], equal view: JSONView?, _ location: SourceLocation = #_sourceLocation
  ) {
    var wanted: [String: Int] = [:]
    if let view {
      for (name, count) in view.members { wanted[name] = count.integer.map(Int.init) }
    }
    #expect(counts == wanted, sourceLocation: location)
  }

  private func counted(_ names: some Sequence<String>) -> [String: Int] {
    names.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  // MARK: CDNOW

  @Test func cdnow() throws {
    let orders = try facts("cdnow-sample", "cdnow/CDNOW_sample.txt")
    let wanted = try expected("cdnow")
    func count(_ name: String) -> Int? { wanted[name]?.integer.map(Int.init) }
    let byCustomer = Dictionary(grouping: orders, by: \.subject)
    let amounts = orders.map { $0.money("total") }
    #expect(orders.count == count("rows"))
    #expect(orders.allSatisfy { $0.type == "order.completed" && $0.lines.count == 1 })
    #expect(byCustomer.count == count("customers"))
    #expect(amounts.total == decimal(wanted["total_spend"]))
    #expect(amounts.total.micros == 244_091_940_000)
    #expect(orders.reduce(0) { $0 + $1.quantity } == wanted["total_cds"]?.integer)
    #expect(orders.map(\.day).min() == wanted["first_date"]?.string)
    #expect(orders.map(\.day).max() == wanted["last_date"]?.string)
    #expect(Set(orders.map { $0.subject + $0.day }).count == count("distinct_customer_days"))
    #expect(amounts.count { $0.isZero } == count("rows_with_zero_amount"))
    #expect(amounts.max() == decimal(wanted["max_amount"]))
    #expect(amounts.sorted()[amounts.count / 2] == decimal(wanted["median_amount"]))
    #expect(orders.map(\.quantity).max() == wanted["max_cds_in_a_row"]?.integer)
    #expect(byCustomer.count { $1.count == 1 } == count("customers_with_exactly_one_row"))
    #expect(byCustomer.count { $1.count > 1 } == count("customers_with_two_or_more_rows"))
    #expect(
      byCustomer.count { $1.allSatisfy { $0.money("total").isZero } }
        == count("customers_with_zero_spend"))
    let rows = Set(
      orders.map { "\($0.subject) \($0.day) \($0.quantity) \($0.money("total").text())" })
    #expect(orders.count - rows.count == count("exact_duplicate_rows_beyond_first"))
    #expect(
      byCustomer.compactMap { $1.map(\.day).min() }.max() == wanted["latest_first_purchase"]?.string
    )
    try expectMonths(orders, equal: wanted["by_month"])
    try expectCustomers(byCustomer, equal: wanted)
  }

  private func expectMonths(_ orders: [Fact], equal view: JSONView?) throws {
    let byMonth = Dictionary(grouping: orders, by: \.month)
    let months = try #require(view)
    #expect(byMonth.count == months.count)
    for (month, figures) in months.members {
      let orders = try #require(byMonth[month])
      #expect(orders.count == figures["rows"]?.integer.map(Int.init))
      #expect(orders.reduce(0) { $0 + $1.quantity } == figures["cds"]?.integer)
      #expect(orders.map { $0.money("total") }.total == decimal(figures["spend"]))
      #expect(Set(orders.map(\.subject)).count == figures["customers"]?.integer.map(Int.init))
    }
  }

  private func expectCustomers(_ byCustomer: [String: [Fact]], equal wanted: JSONView) throws {
    let bySpend = byCustomer.sorted {
      $0.value.map { $0.money("total") }.total > $1.value.map { $0.money("total") }.total
    }
    for (list, names) in [
      ("top10_by_spend", bySpend.prefix(10).map(\.key)),
      ("top5_by_rows", byCustomer.sorted { $0.value.count > $1.value.count }.prefix(5).map(\.key)),
    ] {
      let figures = try #require(wanted[list])
      #expect(Set(figures.elements.map { $0["customer"]?.string }) == Set(names))
      for figure in figures.elements {
        let orders = try #require(byCustomer[figure["customer"]?.string ?? ""])
        #expect(orders.count == figure["rows"]?.integer.map(Int.init))
        #expect(orders.reduce(0) { $0 + $1.quantity } == figure["cds"]?.integer)
        #expect(orders.map { $0.money("total") }.total == decimal(figure["spend"]))
        if let first = figure["first"] { #expect(orders.map(\.day).min() == first.string) }
        if let last = figure["last"] { #expect(orders.map(\.day).max() == last.string) }
      }
    }
  }

  // MARK: Online retail

  /// A row of the file as an event's line says it: positive and negative as the file has it.
  private struct Line: Hashable {
    var invoice: String
    var sku: String
    var quantity: Int64
    var price: String
    var customer: String
    var isCancelled: Bool

    var value: ExactDecimal {
      ExactDecimal(price)?.multiplied(by: ExactDecimal(quantity)) ?? ExactDecimal(0)
    }
  }

  private func lines(_ facts: [Fact]) -> [Line] {
    facts.flatMap { fact in
      let isCancelled = fact.type == "order.cancelled"
      return fact.lines.map { line in
        let quantity = line["quantity"]?.integer ?? 0
        return Line(
          invoice: fact.text(isCancelled ? "cancellationId" : "orderId"),
          sku: line["sku"]?.string ?? "", quantity: isCancelled ? -quantity : quantity,
          price: line["unitPrice"]?["amount"]?.string ?? "", customer: fact.subject,
          isCancelled: isCancelled)
      }
    }
  }

  @Test func onlineRetail() throws {
    let all = try facts("online-retail", "online-retail/online_retail_2009-12_week1.csv")
    let wanted = try expected("online-retail")
    func count(_ name: String) -> Int? { wanted[name]?.integer.map(Int.init) }
    let invoices = all.filter { $0.type != "customer.registered" }
    let cancelled = invoices.filter { $0.type == "order.cancelled" }
    let lines = lines(invoices)
    #expect(lines.count == count("rows"))
    #expect(invoices.count == count("invoices"))
    #expect(cancelled.count == count("cancellation_invoices"))
    #expect(lines.count { $0.isCancelled } == count("cancellation_rows"))
    #expect(lines.count { $0.customer.hasPrefix("anon-") } == count("rows_without_customer"))
    #expect(lines.count { $0.quantity < 0 } == count("negative_quantity_rows"))
    #expect(lines.count { ExactDecimal($0.price)?.isZero == true } == count("zero_price_rows"))
    #expect(
      lines.count { ExactDecimal($0.price)?.isNegative == true } == count("negative_price_rows"))
    #expect(lines.reduce(0) { $0 + $1.quantity } == wanted["total_quantity"]?.integer)
    #expect(Set(lines.map(\.sku)).count == count("stock_codes"))
    #expect(
      lines.count - Set(lines).count == count("exact_duplicate_rows_beyond_first"))
    // The sum of the lines and the sum of what the invoices say are one and the same.
    let net = decimal(wanted["total_quantity_times_price"])
    #expect(lines.map(\.value).total == net)
    #expect(invoices.map(value).total == net)
    #expect(cancelled.map(value).total == decimal(wanted["cancellation_value"]))
    #expect(cancelled.allSatisfy { !$0.money("total").isNegative })
    #expect(
      invoices.filter { !$0.isAnonymous }.map(value).total
        == decimal(wanted["value_of_rows_with_customer"]))
    let dates = invoices.map { String($0.time.prefix(19)).replacing("T", with: " ") }
    #expect(dates.min() == wanted["first"]?.string && dates.max() == wanted["last"]?.string)
    expect(counted(invoices.map(\.month)), equal: try #require(wanted["by_month"]), "invoices")
    try expectRetailCustomers(all, invoices, wanted)
  }

  private func value(_ fact: Fact) -> ExactDecimal {
    fact.type == "order.cancelled" ? -fact.money("total") : fact.money("total")
  }

  private func expect(
    _ counts: [String: Int], equal view: JSONView, _ member: String,
    _ location: SourceLocation = #_sourceLocation
  ) {
    var wanted: [String: Int] = [:]
    for (name, figures) in view.members { wanted[name] = figures[member]?.integer.map(Int.init) }
    #expect(counts == wanted, sourceLocation: location)
  }

  private func expectRetailCustomers(
    _ all: [Fact], _ invoices: [Fact], _ wanted: JSONView
  ) throws {
    let known = Dictionary(grouping: invoices.filter { !$0.isAnonymous }, by: \.subject)
    let registered = all.filter { $0.type == "customer.registered" }
    #expect(known.count == wanted["customers"]?.integer.map(Int.init))
    #expect(Set(registered.map(\.subject)) == Set(known.keys))
    #expect(registered.count == known.count)
    // All countries but Nigeria, where nobody known bought, and the Channel Islands, which ISO 3166 does not have.
    let countries = Set(registered.map { $0.text("country") }).subtracting(["-"])
    #expect(countries.count == (wanted["countries"]?.integer).map { Int($0) - 2 })
    #expect(
      known.count { $1.contains { $0.type == "order.cancelled" } }
        == wanted["customers_with_a_cancellation"]?.integer.map(Int.init))
    #expect(
      known.count { $1.allSatisfy { $0.type == "order.cancelled" } }
        == wanted["customers_only_cancellations"]?.integer.map(Int.init))
    let top = try #require(wanted["top10_net_value"])
    let best = known.sorted { $0.value.map(value).total > $1.value.map(value).total }.prefix(10)
    #expect(best.map(\.key) == top.elements.map { $0["customer"]?.string ?? "" })
    for (figure, (_, invoices)) in zip(top.elements, best) {
      let cancelled = invoices.filter { $0.type == "order.cancelled" }
      #expect(invoices.map(value).total == decimal(figure["net"]))
      #expect(invoices.reduce(0) { $0 + $1.lines.count } == figure["rows"]?.integer.map(Int.init))
      #expect(invoices.count - cancelled.count == figure["invoices"]?.integer.map(Int.init))
      #expect(cancelled.count == figure["cancellations"]?.integer.map(Int.init))
      #expect(cancelled.map(value).total == decimal(figure["cancelled_value"]))
    }
  }

  /// The invoice of 580 lines is an entry of its own, below 60 KiB with room for what the ledger adds.
  @Test func theLongestInvoiceFitsAnEntry() throws {
    let all = try facts("online-retail", "online-retail/online_retail_2009-12_week1.csv")
    #expect(all.map { $0.lines.count }.max() == 580)
    let largest = all.map(\.size).max() ?? 0
    #expect(largest > 40_000 && largest < 60 * 1024 - 1_024)
  }

  // MARK: Hillstrom

  @Test func hillstrom() throws {
    let all = try facts("hillstrom", "hillstrom/hillstrom_first_6400.csv")
    let wanted = try expected("hillstrom")
    let byCustomer = Dictionary(grouping: all, by: \.subject)
    #expect(byCustomer.count == wanted["rows"]?.integer.map(Int.init))
    let arms = [
      "Mens E-Mail": ["mens"], "Womens E-Mail": ["womens"], "No E-Mail": ["control"],
      "Any E-Mail": ["mens", "womens"],
    ]
    var armOf: [String: String] = [:]
    for fact in all where fact.type == "experiment.assigned" {
      armOf[fact.subject] = fact.text("arm")
    }
    for (name, figures) in try #require(wanted["arms"]).members {
      let arm = try #require(arms[name])
      let facts = all.filter { arm.contains(armOf[$0.subject] ?? "") }
      func count(_ type: String) -> Int { facts.count { $0.type == type } }
      #expect(count("experiment.assigned") == figures["customers"]?.integer.map(Int.init))
      #expect(count("product.viewed") == figures["visits"]?.integer.map(Int.init))
      #expect(count("order.completed") == figures["conversions"]?.integer.map(Int.init))
      #expect(facts.map { $0.money("total") }.total == decimal(figures["spend"]))
      let isMailed = name != "No E-Mail"
      #expect(count("contact.sent") == (isMailed ? count("experiment.assigned") : 0))
      #expect(count("contact.responded") == (isMailed ? count("product.viewed") : 0))
    }
    let totals = try #require(wanted["totals"])
    #expect(all.map { $0.money("total") }.total == decimal(totals["spend"]))
    #expect(all.map { $0.money("total") }.max() == decimal(totals["max_spend"]))
    let bought = Set(all.filter { $0.type == "order.completed" }.map(\.subject))
    let visited = Set(all.filter { $0.type == "product.viewed" }.map(\.subject))
    #expect(
      bought.subtracting(visited).count == wanted["conversion_without_visit"]?.integer.map(Int.init)
    )
  }

  // MARK: Bank contacts

  /// What the events say of one client.
  private struct Client {
    var calls = 0
    var earlier = 0
    var channel = ""
    var seconds: Int64 = 0
    var month = ""
    var outcome = "unknown"
    var hasBought = false

    init(_ facts: [Fact]) {
      for fact in facts where fact.type == "contact.sent" {
        if fact.text("campaignId") == "bank-earlier" {
          earlier += 1
          if outcome == "unknown" { outcome = "other" }
        } else {
          calls += 1
          guard let duration = fact.data["duration"]?.string else { continue }
          seconds = Int64(duration.dropFirst(2).dropLast()) ?? 0
          channel = fact.text("channel")
          month = fact.month
        }
      }
      // The answer to the earlier calls comes before the last call, the answer to that one behind it.
      let answers = facts.filter { $0.type == "contact.responded" }.map { $0.text("response") }
      if answers.count == 2 { outcome = answers[0] == "bought" ? "success" : "failure" }
      hasBought = answers.last == "bought"
    }
  }

  @Test func bankContacts() throws {
    let all = try facts("bank-contacts", "bank-marketing/bank.csv")
    let wanted = try expected("bank-marketing")
    func count(_ name: String) -> Int? { wanted[name]?.integer.map(Int.init) }
    let clients = Dictionary(grouping: all, by: \.subject).values.map { Client($0) }
    #expect(clients.count == count("rows"))
    #expect(clients.count { $0.hasBought } == wanted["y"]?["yes"]?.integer.map(Int.init))
    #expect(clients.count { !$0.hasBought } == wanted["y"]?["no"]?.integer.map(Int.init))
    #expect(clients.reduce(0) { $0 + $1.calls } == count("sum_contacts_this_campaign"))
    #expect(clients.reduce(0) { $0 + $1.earlier } == count("sum_previous_contacts"))
    #expect(clients.reduce(0) { $0 + $1.seconds } == wanted["sum_duration_s"]?.integer)
    #expect(clients.count { $0.earlier == 0 } == count("never_contacted_before"))
    #expect(clients.map(\.calls).max() == count("max_contacts_one_client"))
    #expect(clients.count { $0.calls > 5 } == count("clients_over_5_contacts"))
    let months = [
      "01": "jan", "02": "feb", "03": "mar", "04": "apr", "05": "may", "06": "jun", "07": "jul",
      "08": "aug", "09": "sep", "10": "oct", "11": "nov", "12": "dec",
    ]
    let channels = [
      "voice.live.cellular": "cellular", "voice.live.telephone": "telephone",
      "voice.live": "unknown",
    ]
    let groups: [(String, (Client) -> String)] = [
      ("by_contact", { channels[$0.channel] ?? $0.channel }), ("by_poutcome", { $0.outcome }),
      ("by_month", { months[String($0.month.suffix(2))] ?? $0.month }),
      ("by_contacts_in_campaign", { $0.calls > 5 ? "6+" : String($0.calls) }),
    ]
    for (name, group) in groups {
      let figures = try #require(wanted[name])
      expect(counted(clients.map(group)), equal: figures, "rows")
      expect(counted(clients.filter(\.hasBought).map(group)), equal: figures, "yes")
    }
  }

  // MARK: CFPB complaints

  @Test func cfpbComplaints() throws {
    let all = try facts("cfpb-complaints", "cfpb/complaints.csv")
    let wanted = try expected("cfpb")
    func count(_ name: String) -> Int? { wanted[name]?.integer.map(Int.init) }
    let opened = all.filter { $0.type == "complaint.opened" }
    let resolved = all.filter { $0.type == "complaint.resolved" }
    #expect(opened.count == count("rows"))
    #expect(Set(opened.map { $0.text("complaintId") }).count == count("distinct_complaint_ids"))
    #expect(opened.map(\.day).min() == wanted["first_received"]?.string)
    #expect(opened.map(\.day).max() == wanted["last_received"]?.string)
    expect(counted(opened.map { $0.text("product") }), equal: wanted["Product"])
    let channels = [
      "inapp.web": "Web", "voice": "Phone", "post": "Postal mail", "post.fax": "Fax",
      "none.referral": "Referral", "email": "Email",
    ]
    expect(
      counted(opened.map { channels[$0.text("channel")] ?? "?" }), equal: wanted["Submitted via"])
    let responses = try #require(wanted["Company response to consumer"])
    let remedies = [
      "none": "Closed with explanation", "refund": "Closed with monetary relief",
      "other": "Closed with non-monetary relief",
    ]
    for (remedy, response) in remedies {
      #expect(
        resolved.count { $0.text("remedy") == remedy } == responses[response]?.integer.map(Int.init)
      )
    }
    let open = ["In progress", "Untimely response"].compactMap { responses[$0]?.integer }
    #expect(opened.count - resolved.count == Int(open.reduce(0, +)))
    let disputed = try #require(wanted["Consumer disputed?"])
    #expect(
      resolved.count { $0.data["customerAgrees"] == false }
        == disputed["Yes"]?.integer.map(Int.init))
    #expect(
      resolved.count { $0.data["customerAgrees"] == true } == disputed["No"]?.integer.map(Int.init))
    #expect(opened.count { $0.data["text"] != nil } == count("with_narrative"))
    let companies = counted(opened.map { $0.text("company").lowercased() })
    #expect(companies.count == count("companies_case_insensitive"))
    for company in try #require(wanted["top5_companies"]).elements {
      var parts = company.elements
      let name = try #require(parts.next()?.string)
      #expect(companies[name.lowercased()] == parts.next()?.integer.map(Int.init))
    }
    // Nothing of the columns that describe people.
    var fields: Set<String> = []
    for fact in opened {
      if case .object(let members) = fact.data { fields.formUnion(members.map(\.name)) }
    }
    #expect(
      fields == ["complaintId", "channel", "topic", "product", "issue", "company", "text"])
  }
}
