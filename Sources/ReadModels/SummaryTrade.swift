// Lines about trade and service.

import JSONBytes
import Relationship

extension SummaryLine {
  static func trade(_ kind: EventKind, _ fields: EventFields) -> String? {
    switch kind {
    case .orderCompleted:
      return "Bought \(goods(fields)) for \(sum(fields, "total"))\(store(fields))"
    case .orderRefunded:
      return "Got \(sum(fields, "amount")) back\(order(fields, " for"))\(reason(fields))"
    case .orderCancelled: return cancellation(fields)
    case .productViewed:
      let surface = fields.word("surface")
      let place = ["web": "on the web", "app": "in the app", "store": "in a store"][surface]
      return "Looked at \(fields.word("sku")) \(place ?? "in the \(words(surface))")"
    case .bookingCreated:
      let starts = fields.objects("slots").compactMap { $0.instant("startsAt") }.min()
      return "Booked \(fields.word("topic"))" + (starts.map { ", from \(day($0))" } ?? "")
    case .contractStarted:
      return "Began the contract \(fields.word("contractId"))\(topic(fields, "on"))"
        + (fields.text("term").map { " for \(duration($0))" } ?? "")
    case .contractRenewed:
      return "Renewed the contract \(fields.word("contractId"))"
        + " for \(duration(fields.word("term")))"
    case .contractEnded:
      let ends = ["customer": "by the customer", "company": "by us", "termOver": "term over"]
      let end = fields.word("endReason")
      return "The contract \(fields.word("contractId")) ended (\(ends[end] ?? words(end)))"
    case .configurationChosen:
      let count = number(fields.objects("options").count, "option")
      return "Put together \(fields.word("sku")) with \(count)"
    case .benefitGranted:
      return "Was given a benefit: \(fields.word("name"))\(until(fields, "validUntil"))"
    case .benefitUsed: return "Used the benefit \(fields.word("benefitId"))\(store(fields))"
    case .giftSent:
      return "Was sent a present \(by(fields)): \(fields.word("description"))"
        + " (\(sum(fields, "cost")))"
    default: return nil
    }
  }

  static func service(_ kind: EventKind, _ fields: EventFields) -> String? {
    switch kind {
    case .inquiryReceived: return "Asked us\(topic(fields)) \(by(fields))"
    case .complaintOpened: return complaint(fields)
    case .complaintResolved:
      let agrees =
        switch fields.bool("customerAgrees") {
        case true?: "the customer agrees"
        case false?: "the customer does not agree"
        case nil: "the customer was not asked"
        }
      let remedy = fields.word("remedy")
      let word = remedy == "none" ? "no remedy" : remedy == "other" ? "another remedy" : remedy
      return "Complaint \(fields.word("complaintId")) was closed with \(word); \(agrees)"
    case .creditGranted:
      let place = fields.word("redeemWhere")
      return "We promised a credit of \(sum(fields, "amount"))"
        + (place == "*" ? "" : " at \(place)") + until(fields, "validUntil")
    case .creditRedeemed: return "Redeemed a credit of \(sum(fields, "amount"))\(store(fields))"
    case .conversationHeld:
      let learned = fields.texts("learnedEventIds").count
      return "Talked with us \(by(fields)) for \(duration(fields.word("duration")))"
        + (learned == 0 ? "" : "; we learned \(number(learned, "thing"))")
    case .feedbackGiven:
      let instrument = fields.word("instrument")
      guard let score = score(fields) else { return "Gave us feedback" }
      return instrument == "free" ? "Gave us \(score)" : "Rated \(instrument) \(score)"
    case .suggestionMade: return "Made a suggestion\(topic(fields))"
    case .suggestionAdopted: return "We took up the suggestion \(fields.word("suggestionId"))"
    case .advocacyObserved:
      let act = fields.word("kind") == "referral" ? "Sent somebody to us" : "Wrote a public review"
      return "\(act)\(topic(fields))"
    case .actionProposed:
      return "A wish fits something coming up: \(fields.word("action")) was proposed"
    default: return nil
    }
  }

  /// `4 of 5`; nil where there is no score.
  static func score(_ fields: EventFields) -> String? {
    fields.number("score").map { score in
      fields.number("scaleMax").map { "\(score) of \($0)" } ?? score
    }
  }

  private static func goods(_ fields: EventFields) -> String {
    let lines = fields.data["lines"]
    guard lines?.count == 1, let only = lines?.elements.first(where: { _ in true }) else {
      return number(lines?.count ?? 0, "line")
    }
    let line = EventFields(only)
    let quantity = Int(line.integer("quantity") ?? 1)
    guard let sku = line.text("sku") else { return number(quantity, "item") }
    return quantity == 1 ? sku : "\(quantity) × \(sku)"
  }

  private static func cancellation(_ fields: EventFields) -> String {
    let name = fields.has("orderId") ? order(fields, "") : " an order"
    let total = CustomerState.total(of: fields).map { " worth \($0.text)" } ?? ""
    let actor = fields.word("cancelledBy") == "company" ? "We cancelled" : "Cancelled"
    return "\(actor)\(name)\(total)\(reason(fields))"
  }

  private static func complaint(_ fields: EventFields) -> String {
    let subject = fields.text("product").map { " about \($0)" } ?? topic(fields)
    let issue = fields.text("issue").map { ": \($0)" } ?? ""
    let severity = fields.text("severity").map { " (\($0))" } ?? ""
    return "Complained \(by(fields))\(subject)\(issue)\(severity)"
  }

  private static func order(_ fields: EventFields, _ word: String) -> String {
    fields.text("orderId").map { "\(word) order \($0)" } ?? ""
  }

  private static func store(_ fields: EventFields) -> String {
    fields.text("storeId").map { " in store \($0)" } ?? ""
  }

  private static func reason(_ fields: EventFields) -> String {
    fields.text("reasonCode").map { " (\(words($0)))" } ?? ""
  }
}
