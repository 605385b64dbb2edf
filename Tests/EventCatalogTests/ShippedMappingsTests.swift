/// The mappings that ship: one worked line of each, and every event of theirs fits its schema.
import EventCatalog
import JSONBytes
import RapportTesting
import Testing

@Suite struct ShippedMappingsTests {
  private static let catalog = Result { try Catalog.shipped() }

  /// What an example makes: `type id subject time data` of each event, checked by the catalogue.
  private func lines(_ name: String, _ file: String, _ text: String) throws -> [String] {
    let imported = try importing(Array(text.utf8), with: try shippedMapping(name), name: file)
    for reject in imported.rejects { Issue.record("line \(reject.line): \(reject.reason)") }
    return try imported.events.map { event in
      _ = try Envelope.check(event, using: Self.catalog.get())
      #expect(event["source"]?.string == "/import/\(name)")
      return ["type", "id", "subject", "time"].map { event[$0]?.string ?? "-" }
        .joined(separator: " ") + " " + (event["data"]?.value.text ?? "-")
    }
  }

  @Test(arguments: [
    "adobe-consents", "bank-contacts", "braze-subscribers", "cdnow-sample", "cfpb-complaints",
    "cloudevents", "consent-list", "fides-preferences", "hillstrom", "listmonk-subscribers",
    "online-retail", "onetrust-receipts", "segment", "shopify-orders", "snowplow-consents",
    "unomi-consents", "webhooks-mailgun", "webhooks-postmark", "webhooks-sendgrid", "webhooks-ses",
  ])
  func eachIsCalledLikeItsFileAndMakesKnownTypes(name: String) throws {
    let mapping = try shippedMapping(name)
    #expect(mapping.name == name)
    #expect(!mapping.about.isEmpty)
    for type in mapping.eventTypes {
      #expect(try Self.catalog.get().type(named: type) != nil, "\(type)")
    }
  }

  @Test func cdnowSample() throws {
    #expect(
      try lines("cdnow-sample", "s.txt", " 00004 0001 19970101  2   29.33\r\n") == [
        "order.completed s.txt:1 0001 1997-01-01T00:00:00.000000Z "
          + #"{"orderId":"s.txt-1","lines":[{"quantity":2}],"total":{"amount":"29.33","currency":"USD"}}"#
      ])
  }

  @Test func hillstrom() throws {
    let text = """
      recency,history_segment,history,mens,womens,zip_code,newbie,channel,segment,visit,conversion,spend
      10,2) $100 - $200,142.44,1,0,Surburban,0,Phone,Womens E-Mail,1,1,29.99
      6,3) $200 - $350,329.08,1,1,Rural,1,Web,No E-Mail,1,0,0

      """
    let contact = #""department":"marketing","purpose":"marketing","topic":"products.womens","#
    #expect(
      try lines("hillstrom", "h.csv", text) == [
        "experiment.assigned h.csv:2 anon-hillstrom:h.csv:2 2008-03-01T00:00:00.000000Z "
          + #"{"experimentId":"hillstrom-2008","campaignId":"hillstrom-2008","arm":"womens"}"#,
        "contact.sent h.csv:2#2 anon-hillstrom:h.csv:2 2008-03-01T00:00:00.000000Z {" + contact
          + #""channel":"email","contactPoint":"none","class":"marketing","campaignId":"hillstrom-2008","cell":"womens"}"#,
        "contact.responded h.csv:2#3 anon-hillstrom:h.csv:2 2008-03-15T00:00:00.000000Z "
          + #"{"sendEventId":"h.csv:2#2","response":"visited"}"#,
        "product.viewed h.csv:2#4 anon-hillstrom:h.csv:2 2008-03-15T00:00:00.000000Z "
          + #"{"sku":"website","topic":"general","surface":"web","purpose":"analysis"}"#,
        "order.completed h.csv:2#5 anon-hillstrom:h.csv:2 2008-03-15T00:00:00.000000Z "
          + #"{"orderId":"h.csv-2","lines":[{"quantity":1}],"total":{"amount":"29.99","currency":"USD"}}"#,
        "experiment.assigned h.csv:3 anon-hillstrom:h.csv:3 2008-03-01T00:00:00.000000Z "
          + #"{"experimentId":"hillstrom-2008","campaignId":"hillstrom-2008","arm":"control"}"#,
        "product.viewed h.csv:3#2 anon-hillstrom:h.csv:3 2008-03-15T00:00:00.000000Z "
          + #"{"sku":"website","topic":"general","surface":"web","purpose":"analysis"}"#,
      ])
  }

  @Test func bankContacts() throws {
    let text = """
      "age";"job";"marital";"education";"default";"balance";"housing";"loan";"contact";"day";"month";"duration";\
      "campaign";"pdays";"previous";"poutcome";"y"
      33;"services";"married";"secondary";"no";4789;"yes";"yes";"cellular";11;"may";220;2;10;1;"failure";"yes"

      """
    let contact =
      #"{"department":"marketing","purpose":"marketing","topic":"products.term-deposit","channel":"voice.live"#
    let subject = "anon-bank-contacts:b.csv:2"
    #expect(
      try lines("bank-contacts", "b.csv", text) == [
        "contact.sent b.csv:2 \(subject) 2009-05-01T00:00:00.000000Z " + contact
          + #"","contactPoint":"none","class":"marketing","campaignId":"bank-earlier"}"#,
        "contact.responded b.csv:2#2 \(subject) 2009-05-01T00:00:00.000000Z "
          + #"{"sendEventId":"b.csv:2","response":"declined"}"#,
        "contact.sent b.csv:2#3 \(subject) 2009-05-11T00:00:00.000000Z " + contact
          + #"","contactPoint":"none","class":"marketing","campaignId":"bank-term-deposit"}"#,
        "contact.sent b.csv:2#4 \(subject) 2009-05-11T00:00:00.000000Z " + contact
          + #".cellular","contactPoint":"none","class":"marketing","campaignId":"bank-term-deposit","duration":"PT220S"}"#,
        "contact.responded b.csv:2#5 \(subject) 2009-05-11T00:00:00.000000Z "
          + #"{"sendEventId":"b.csv:2#4","response":"bought"}"#,
      ])
  }

  @Test func onlineRetail() throws {
    let text = """
      Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country
      489434,85048,"15CM ""GLASS"" BALL",12,2009-12-01 07:45:00,6.95,13085,EIRE
      C489449,22087,PAPER,-12,2009-12-01 10:33:00,2.95,16321,Australia
      489435,POST,POSTAGE,1,2009-12-01 07:46:00,0.0,,United Kingdom
      489434,79323P,LIGHTS,1,2009-12-01 07:45:00,0.125,13085,EIRE

      """
    #expect(
      try lines("online-retail", "r.csv", text) == [
        "order.completed r.csv:2 13085 2009-12-01T07:45:00.000000Z "
          + #"{"orderId":"489434","lines":[{"sku":"85048","quantity":12,"unitPrice":{"amount":"6.95","currency":"GBP"}},"#
          + #"{"sku":"79323P","quantity":1,"unitPrice":{"amount":"0.125","currency":"GBP"}}],"#
          + #""total":{"amount":"83.525","currency":"GBP"}}"#,
        "customer.registered r.csv:2#2 13085 2009-12-01T07:45:00.000000Z "
          + #"{"kind":"person","country":"IE"}"#,
        "order.cancelled r.csv:3 16321 2009-12-01T10:33:00.000000Z "
          + #"{"cancellationId":"C489449","lines":[{"sku":"22087","quantity":12,"unitPrice":{"amount":"2.95","currency":"GBP"}}],"#
          + #""total":{"amount":"35.40","currency":"GBP"}}"#,
        "customer.registered r.csv:3#2 16321 2009-12-01T10:33:00.000000Z "
          + #"{"kind":"person","country":"AU"}"#,
        "order.completed r.csv:4 anon-online-retail:r.csv:4 2009-12-01T07:46:00.000000Z "
          + #"{"orderId":"489435","lines":[{"sku":"POST","quantity":1,"unitPrice":{"amount":"0.0","currency":"GBP"}}],"#
          + #""total":{"amount":"0.0","currency":"GBP"}}"#,
      ])
  }

  @Test func cfpbComplaints() throws {
    let header =
      "Date received,Product,Sub-product,Issue,Sub-issue,Consumer complaint narrative,Company public response,"
      + "Company,State,ZIP code,Tags,Consumer consent provided?,Submitted via,Date sent to company,"
      + "Company response to consumer,Timely response?,Consumer disputed?,Complaint ID\n"
    let text =
      header
      + "2016-07-13,Debt collection,x,Disclosure,y,\"It is\nnot mine.\",,ACME,VA,,,Consent provided,Fax,2016-07-14,"
      + "Closed with monetary relief,No,Yes,2010655\n"
      + "2020-01-02,Mortgage,x,Servicing,y,leaked,,ACME,VA,,,Consent not provided,Web,2020-01-02,In progress,"
      + "Yes,N/A,3000000\n"
    #expect(
      try lines("cfpb-complaints", "c.csv", text) == [
        "complaint.opened c.csv:2 anon-cfpb-complaints:c.csv:2 2016-07-13T00:00:00.000000Z "
          + #"{"complaintId":"2010655","channel":"post.fax","topic":"financial.debt-collection","product":"Debt collection","#
          + #""issue":"Disclosure","company":"ACME","text":"It is\nnot mine."}"#,
        "complaint.resolved c.csv:2#2 anon-cfpb-complaints:c.csv:2 2016-07-14T00:00:00.000000Z "
          + #"{"complaintId":"2010655","remedy":"refund","customerAgrees":false}"#,
        "complaint.opened c.csv:4 anon-cfpb-complaints:c.csv:4 2020-01-02T00:00:00.000000Z "
          + #"{"complaintId":"3000000","channel":"inapp.web","topic":"financial.mortgage","product":"Mortgage","#
          + #""issue":"Servicing","company":"ACME"}"#,
      ])
  }

  @Test func cloudevents() throws {
    let event =
      #"{"specversion":"1.0","id":"o1","source":"/till","type":"order.completed","subject":"k1","#
      + #""time":"2026-01-01T10:00:00Z","dataschema":"order.completed/1","#
      + #""data":{"orderId":"1","lines":[{"quantity":1}],"total":{"amount":"1","currency":"EUR"}}}"#
    for text in [event, "{\"event\":\(event)}"] {
      let imported = try importing(
        Array(text.utf8), with: try shippedMapping("cloudevents"), name: "e.jsonl")
      let found = try #require(try imported.events.first)
      _ = try Envelope.check(found, using: Self.catalog.get())
      #expect(found["id"]?.string == "o1" && found["source"]?.string == "/till")
      #expect(found["authid"]?.string == "import:b1")
    }
  }

  @Test func segment() throws {
    let rest = #""messageId":"m1","timestamp":"2026-01-01T10:00:00.5Z","userId":"u1""#
    let text = """
      {"type":"identify",\(rest),"traits":{"name":"A B","email":"A@Shop.Example","phone":"+49 30 1234567"}}
      {"type":"track","event":"Order Completed",\(rest),"properties":{"order_id":"o1","total":27.5,"currency":"USD",\
      "products":[{"sku":"G-32","name":"Game","price":19,"quantity":1},{"product_id":"P1"}]}}
      {"type":"track","event":"Email Marked as Spam",\(rest),"properties":{"email_id":"e1"}}
      {"type":"page",\(rest)}

      """
    let at = "u1 2026-01-01T10:00:00.500000Z"
    #expect(
      try lines("segment", "s.jsonl", text) == [
        "customer.registered m1-identify \(at) " + #"{"kind":"person","name":"A B"}"#,
        "contactpoint.added m1-identify#2 \(at) "
          + #"{"contactPointId":"segment-s.jsonl-1-email","kind":"email","channels":["email"],"#
          + #""value":"a@shop.example","ownership":"unknown","addedBy":"import"}"#,
        "contactpoint.added m1-identify#3 \(at) "
          + #"{"contactPointId":"segment-s.jsonl-1-phone","kind":"phone","channels":["voice","sms"],"#
          + #""value":"+49301234567","ownership":"unknown","addedBy":"import"}"#,
        "order.completed m1-track \(at) "
          + #"{"orderId":"o1","lines":[{"sku":"G-32","label":"Game","quantity":1,"unitPrice":{"amount":"19","currency":"USD"}},"#
          + #"{"sku":"P1","quantity":1}],"total":{"amount":"27.5","currency":"USD"}}"#,
        "contact.complained m1-track \(at) " + #"{"messageId":"e1","complainedTo":"mailbox"}"#,
        "optout.recorded m1-track#2 \(at) "
          + #"{"purpose":"marketing","topic":"*","channel":"email","contactPoint":"*","route":"spamComplaint"}"#,
      ])
  }

  @Test func shopifyOrders() throws {
    let text = """
      {"orders":[{"id":7,"total_price":"9.90","currency":"EUR","created_at":"2026-01-01T10:00:00+01:00",
        "cancelled_at":"2026-01-03T00:00:00Z","cancel_reason":"customer","test":false,
        "customer":{"id":5,"created_at":"2025-01-01T00:00:00Z","default_address":{"country_code":"DE"}},
        "line_items":[{"sku":"A","title":"Tea","quantity":2,"price":"4.95"}],
        "refunds":[{"id":3,"created_at":"2026-01-02T00:00:00Z","note":"broken","transactions":[
          {"amount":"4.95","currency":"EUR","kind":"refund","status":"success"},
          {"amount":"1.00","currency":"EUR","kind":"refund","status":"failure"}]}]},
        {"id":8,"test":true}]}
      """
    #expect(
      try lines("shopify-orders", "o.json", text) == [
        "order.completed order-7 shopify-5 2026-01-01T09:00:00.000000Z "
          + #"{"orderId":"7","lines":[{"sku":"A","label":"Tea","quantity":2,"unitPrice":{"amount":"4.95","currency":"EUR"}}],"#
          + #""total":{"amount":"9.90","currency":"EUR"}}"#,
        "order.cancelled order-7-cancelled shopify-5 2026-01-03T00:00:00.000000Z "
          + #"{"cancellationId":"7-cancelled","orderId":"7","cancelledBy":"customer"}"#,
        "order.refunded refund-3 shopify-5 2026-01-02T00:00:00.000000Z "
          + #"{"refundId":"3","orderId":"7","amount":{"amount":"4.95","currency":"EUR"},"reason":"broken"}"#,
        "customer.registered customer-5 shopify-5 2025-01-01T00:00:00.000000Z "
          + #"{"kind":"person","country":"DE"}"#,
      ])
  }

  @Test(
    .enabled(if: SharedData.isPresent, "needs the published data of the shared folder"),
    arguments: [
      ("cdnow-sample", "cdnow/CDNOW_sample.txt", 6919, 0),
      ("hillstrom", "hillstrom/hillstrom_first_6400.csv", 12360, 0),
      ("bank-contacts", "bank-marketing/bank.csv", 20223, 0),
      ("online-retail", "online-retail/online_retail_2009-12_week1.csv", 1337, 0),
      ("cfpb-complaints", "cfpb/complaints.csv", 533, 0),
      ("segment", "payloads/segment.jsonl", 3, 11),
      ("shopify-orders", "payloads/shopify/orders.json", 2, 0),
      ("shopify-orders", "payloads/shopify/refund.json", 1, 0),
      ("shopify-orders", "payloads/shopify/customer.json", 2, 0),
      ("shopify-orders", "payloads/shopify/dispute.json", 1, 0),
    ])
  func everyEventOfThePublishedDataFitsItsSchema(
    name: String, path: String, events: Int, rejects: Int
  ) throws {
    let file = String(path.split(separator: "/").last ?? "")
    let imported = try importing(
      SharedData.file("data/\(path)"), with: try shippedMapping(name), name: file)
    let catalog = try Self.catalog.get()
    // A yes of another system is brought to the door to be set aside there, so it need not be whole.
    let made = try imported.events.filter { $0["type"]?.string != "consent.given" }
    for event in made { _ = try Envelope.check(event, using: catalog) }
    #expect(made.count == events)
    #expect(Set(made.map { $0["id"]?.string }).count == events)
    #expect(imported.rejects.count == rejects)
    for reject in imported.rejects { #expect(reject.code == "import.missing-value") }
  }

  /// Damaged files trap nothing, lose no row in silence, and give the same items in any chunks.
  @Test(arguments: 0..<60 as Range<UInt64>) func damagedRowsAreEachAccountedFor(seed: UInt64) throws
  {
    let examples: KeyValuePairs = [
      "cdnow-sample": " 00004 0001 19970101  2   29.33\r\n",
      "online-retail": "Invoice,StockCode,Quantity,InvoiceDate,Price,Customer ID,Country\n"
        + "489434,85048,12,2009-12-01 07:45:00,6.95,13085,EIRE\nC4,\"a,\"\"b\",-1,2009-12-01 07:45:00,1,,EIRE\n",
      "segment":
        "{\"type\":\"identify\",\"userId\":\"u\",\"timestamp\":\"2026-01-01T10:00:00Z\"}\n",
      "cloudevents":
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"data\":{\"a\":[1]}}\n",
    ]
    var chance = SeededGenerator(seed: seed)
    for (name, text) in examples {
      let mapping = try shippedMapping(name)
      var bytes = Array(String(repeating: text, count: 20).utf8)
      let body = name == "online-retail" ? 65 : 0
      for _ in 0..<chance.below(20) {
        let place = body + chance.below(bytes.count - body)
        switch chance.below(3) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: chance.next())
        case 1: bytes[place] = chance.pick(Array("\"\n\r,{}".utf8))
        default: bytes.removeSubrange(place..<min(bytes.count, place + 1 + chance.below(9)))
        }
      }
      let whole = try importing(bytes, with: mapping)
      let skipped = whole.skipped.reduce(0) { $0 + $1.rows }
      #expect(whole.rejects.count == whole.rowsRejected)
      #expect(whole.rowsRead >= whole.rowsRejected + skipped)
      if mapping.name != "online-retail" {
        // Without groups, each row that is neither has an event of its own.
        let lines = Set(
          whole.items.map { item in
            switch item {
            case .event(let event): event.line
            case .reject(let reject): reject.line
            }
          })
        #expect(lines.count == whole.rowsRead - skipped, "seed \(seed), \(name)")
      }
      let pieces = try importing(bytes, with: mapping, chunks: 1 + chance.below(50))
      #expect(pieces.items == whole.items, "seed \(seed), \(name)")
    }
  }

  /// Whole envelopes are handed on to the catalogue; the broken ones are rejected here or there.
  @Test(.enabled(if: SharedData.isPresent, "needs the published data of the shared folder"))
  func publishedCloudEventsAreTakenOrRejectedOneByOne() throws {
    let imported = try importing(
      SharedData.file("data/payloads/cloudevents.jsonl"), with: try shippedMapping("cloudevents"),
      name: "cloudevents.jsonl")
    #expect(imported.rowsRead == 40)
    #expect(try imported.events.count == 29)
    #expect(imported.rejects.count == 11)
  }
}
