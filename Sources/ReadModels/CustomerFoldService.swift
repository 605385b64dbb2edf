// What went wrong, what we owe for it, and what the customer thinks of us.

import JSONBytes
import Projection
import Relationship

extension CustomerState {
  mutating func takeService(_ kind: EventKind, _ event: DecodedEvent) -> Taken {
    let fields = event.fields
    switch kind {
    case .complaintOpened:
      complaints.change(fields.word("complaintId"), or: { Complaint($0) }) {
        $0.opened(
          Complaint.Opening(
            event.mark, channel: fields.word("channel"), topic: fields.word("topic"),
            severity: fields.text("severity"), orderId: fields.text("orderId"),
            product: fields.text("product"), issue: fields.text("issue"),
            wantedRemedy: fields.personal("wantedRemedy")))
      }
      return .done
    case .complaintResolved:
      complaints.change(fields.word("complaintId"), or: { Complaint($0) }) {
        $0.resolved(
          Complaint.Resolution(
            event.moment, remedy: fields.word("remedy"),
            customerAgrees: fields.bool("customerAgrees")))
      }
      return .done
    case .creditGranted, .creditRedeemed:
      return takePromise(kind, event)
    case .feedbackGiven:
      facts.add(
        Fact(
          event.mark, .feedback, .stated, topic: fields.word("instrument"),
          value: fields.personal("text"), detail: SummaryLine.score(fields)))
      return .done
    case .suggestionMade:
      facts.add(
        Fact(
          event.mark, .suggestion, .stated, topic: fields.word("topic"),
          about: fields.word("suggestionId"), value: fields.personal("text")))
      return .done
    case .suggestionAdopted:
      let suggestion = fields.word("suggestionId")
      let found = facts.change(.suggestion, about: suggestion) { $0.detail = "adopted" }
      return found ? .done : .waits(for: LooseEnd.name(ofSuggestion: suggestion))
    case .advocacyObserved:
      facts.add(
        Fact(
          event.mark, .advocacy, .observed, topic: fields.word("topic"),
          about: fields.text("kind"), value: fields.personal("reference")))
      return .done
    default: return .done
    }
  }

  private mutating func takePromise(_ kind: EventKind, _ event: DecodedEvent) -> Taken {
    let fields = event.fields
    guard let amount = fields.money("amount") else {
      return .problem("amount is no sum of at most six places that fits 64 bits of millionths")
    }
    promises.change(fields.word("promiseId"), or: { Promise($0) }) {
      if kind == .creditGranted {
        $0.granted(
          Promise.Grant(
            event.mark, owed: amount, reason: fields.personal("reason"),
            redeemWhere: fields.text("redeemWhere") ?? "*",
            validUntil: fields.instant("validUntil")))
      } else {
        $0.redeemed(Promise.Redemption(event.mark, amount: amount, storeId: fields.text("storeId")))
      }
    }
    return .done
  }
}
