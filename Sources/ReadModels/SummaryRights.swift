// Lines about rights, and about the running of the ledger itself.

extension SummaryLine {
  static func rights(_ kind: EventKind, _ fields: EventFields) -> String? {
    let request = fields.word("requestId")
    switch kind {
    case .accessRead:
      return "\(fields.word("department")) looked at \(fields.word("readModel")) for"
        + " \(fields.word("purpose"))"
    case .requestReceived:
      let due = fields.instant("dueAt").map { ", due on \(day($0))" } ?? ""
      return "Asked for \(right(fields.word("right"))) (\(request))\(due)"
    case .requestVerified:
      return "Request \(request) was verified by \(words(fields.word("method")))"
    case .requestFulfilled: return "Request \(request) was fulfilled"
    case .requestDenied: return "Request \(request) was denied (\(words(fields.word("reason"))))"
    case .requestWithdrawn: return "Took the request \(request) back"
    case .restrictionApplied:
      return "Data are kept and not used (\(words(fields.word("reason"))))"
    case .restrictionLifted: return "Data may be used again"
    case .dataExported:
      return "A copy was handed over to the \(fields.word("recipient"))"
        + " (\(fields.word("format").uppercased()))"
    case .erasureRequested: return "Erasure began (\(request))"
    case .dataErased: return "The customer's keys were destroyed (\(request))"
    case .erasureAcknowledged:
      return "\(fields.word("subscriber")) has erased the customer as well"
    default: return nil
    }
  }

  private static func right(_ code: String) -> String {
    switch code {
    case "access": "access to the data"
    case "portability": "a copy to take along"
    case "restriction": "the data not to be used"
    default: words(code)
    }
  }

  static func governance(_ kind: EventKind, _ fields: EventFields) -> String? {
    switch kind {
    case .purposeRegistered:
      return "Purpose \(fields.word("purpose")) was registered as \(fields.word("class"))"
    case .purposeRetired: return "Purpose \(fields.word("purpose")) is no longer used"
    case .topicRegistered:
      return "Topic \(fields.word("topic")) was registered (\(fields.word("sensitivity")))"
    case .policyPublished:
      return "Version \(fields.word("policyVersion")) of the \(words(fields.word("part")))"
        + " policy is in force"
    case .departmentGranted:
      let purposes = fields.texts("purposes")
      return "Department \(fields.word("department")) may use data for "
        + (purposes.isEmpty ? "nothing" : list(purposes))
    case .schemaRegistered: return "Schema \(fields.word("schema")) is in force"
    case .projectionSubscribed:
      return "\(fields.word("subscriber")) follows \(fields.word("projection"))"
    case .projectionRebuilt:
      return "View \(fields.word("projection")) was built anew"
        + " (\(number(Int(fields.integer("rows") ?? 0), "row")))"
    case .ledgerRecovered: return "The ledger was opened after a fault"
    case .importCompleted:
      return "Import \(fields.word("mapping")) is in:"
        + " \(number(Int(fields.integer("rowsApplied") ?? 0), "row")),"
        + " \(fields.integer("rowsQuarantined") ?? 0) set aside"
    case .importQuarantined:
      return "Row \(fields.integer("rowNumber") ?? 0) of an import was not applied"
        + " (\(words(fields.word("reason"))))"
    default: return nil
    }
  }
}
