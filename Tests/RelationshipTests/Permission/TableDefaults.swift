// What the table leaves out: authors, and values of required fields that change nothing.

import JSONBytes

enum TableDefaults {
  /// Types without a customer.
  static let house: Set = [
    "policy.published", "purpose.registered", "purpose.retired", "department.granted",
    "topic.registered", "registry.snapshot.loaded", "experiment.concluded",
  ]

  static func author(of type: String) -> String {
    switch type {
    case "customer.registered", "contactpoint.added", "order.completed", "inquiry.received",
      "complaint.opened", "item.reacted", "consent.given", "consent.confirmed", "consent.refused",
      "consent.withdrawn", "objection.raised", "optout.recorded", "channel.chosen",
      "cadence.chosen", "contact.paused", "signal.received", "conflict.confirmed",
      "guardian.consented":
      "customer"
    case "profile.merged", "profile.unmerged", "profile.attribute.rectified",
      "restriction.applied", "data.erased", "credit.granted", "purpose.registered",
      "department.granted", "policy.published":
      "staff"
    default: "system"
    }
  }

  static func kind(of channels: [String]) -> String {
    switch channels.first?.split(separator: ".").first {
    case "email": "email"
    case "sms", "voice", "whatsapp": "phone"
    case "post": "postal"
    case "push", "inapp": "device"
    default: "handle"
    }
  }

  private static let numbers: Set = ["count", "k", "occasionMax", "rows", "knownAtPosition"]
  private static let instants: Set = [
    "expiresAt", "until", "asOf", "validUntil", "questionAt", "deferUntil",
  ]

  static func json(_ value: Written, named name: String) -> JSONValue {
    switch value {
    case .list(let list): .array(list.map { json($0, named: "") })
    case .group(let members):
      .object(members.map { JSONMember($0.name, json($0.value, named: $0.name)) })
    case .word(let word):
      if numbers.contains(name) {
        .number(word)
      } else if instants.contains(name), let instant = NotationTime.read(word) {
        .string(instant.text)
      } else if word == "true" || word == "false" {
        .bool(word == "true")
      } else {
        .string(word)
      }
    }
  }

  private static let hash = JSONValue.string("sha256:" + String(repeating: "0", count: 64))
  private static let evidence: JSONValue = ["kind": "signedForm", "reference": "f1"]

  /// Required fields with a value that changes nothing.
  static func members(
    of type: String, time: Timestamp, notice: String
  ) -> [JSONMember] {
    guard case .object(let members) = value(of: type, time, .string(notice)) else { return [] }
    return members
  }

  private static func value(
    of type: String, _ time: Timestamp, _ notice: JSONValue
  ) -> JSONValue {
    switch type {
    case "consent.given": joined(record(notice), ["method": "webForm"])
    case "consent.requested":
      joined(record(notice), ["expiresAt": .string(CalendarDefaults.week(after: time).text)])
    case "consent.withdrawn", "objection.raised", "optout.recorded": ["route": "portal"]
    case "consent.revoked": ["reason": "controllerDecision"]
    case "guardian.consented":
      ["guardian": "G", "noticeEventId": notice, "verification": "idCheck"]
    case "conflict.confirmed": ["noticeEventId": notice]
    case "notice.presented":
      [
        "noticeId": "n1", "noticeVersion": "v1", "language": "en", "contentHash": hash,
        "surface": "web", "purposes": [],
      ]
    case "contactpoint.added": ["ownership": "sole", "addedBy": "customer"]
    case "contact.sent", "contact.decided": joined(contact, decided(type, time))
    case "gift.sent":
      [
        "giftId": "g1", "channel": "post", "description": "a present", "sender": "the shop",
        "costCode": "k1", "cost": ["amount": "1.00", "currency": "EUR"],
        "department": "marketing",
      ]
    case "order.completed":
      [
        "orderId": "o1", "total": ["amount": "10.00", "currency": "EUR"],
        "lines": [["quantity": 1]],
      ]
    case "contract.started": ["contractId": "k1", "topic": "general"]
    case "inquiry.received": ["inquiryId": "i1", "channel": "email", "topic": "general"]
    case "complaint.opened": ["complaintId": "k1", "channel": "email", "topic": "general"]
    case "complaint.resolved": ["complaintId": "k1", "remedy": "apology"]
    case "credit.granted": ["reason": "late"]
    case "inference.made":
      [
        "model": "m1", "modelVersion": "1", "inputEventIds": [],
        "validUntil": .string(CalendarDefaults.week(after: time).text),
      ]
    case "profile.merged": ["evidence": evidence]
    case "profile.unmerged": ["reason": "wrongPerson"]
    case "data.erased":
      [
        "requestId": "r1", "keyIds": [], "oldEpoch": 1, "newEpoch": 2, "readModels": [],
        "scanResult": "clean",
      ]
    case "death.notified": ["notifiedBy": "family"]
    case "registry.snapshot.loaded": ["contentHash": hash, "rows": 0]
    case "registry.matched", "registry.cleared": ["snapshotEventId": "S0"]
    case "experiment.concluded": ["untilPosition": 0]
    case "purpose.registered": ["label": "a purpose", "lawfulBasis": "gdpr.6-1-a"]
    case "topic.registered": ["label": "a topic", "sensitivity": "normal"]
    case "department.granted": ["fields": []]
    case "policy.published": ["contentHash": hash, "policy": policy]
    default: [:]
    }
  }

  private static func record(_ notice: JSONValue) -> JSONValue {
    [
      "noticeEventId": notice, "language": "en", "consentType": "expressed",
      "validityDuration": "untilWithdrawn", "lawfulBasis": "gdpr.6-1-a",
      "personalDataTypes": ["contact point"], "controllers": ["shop"], "recipients": [],
      "storageLocations": ["DE"], "retentionPeriod": "P36M", "jurisdiction": "DE",
      "withdrawalMethod": "any",
    ]
  }

  private static let contact: JSONValue = [
    "department": "marketing", "purpose": "marketing", "topic": "general", "channel": "email",
    "contactPoint": "a", "class": "marketing",
  ]

  private static func decided(_ type: String, _ time: Timestamp) -> JSONValue {
    guard type == "contact.decided" else { return [:] }
    return [
      "questionAt": .string(time.text), "knownAtPosition": 0, "rule": "G6.consent",
      "policyVersion": "1",
    ]
  }

  private static func joined(_ one: JSONValue, _ other: JSONValue) -> JSONValue {
    guard case .object(let a) = one, case .object(let b) = other else { return one }
    return .object(a + b)
  }

  /// What P0 publishes.
  static let policy: JSONValue = {
    do {
      return try JSONDocument(scanning: Array(PermissionTable.text("policy.json").utf8)).root.value
    } catch { preconditionFailure("policy.json is no JSON: \(error)") }
  }()
}

enum CalendarDefaults {
  static func week(after time: Timestamp) -> Timestamp {
    Timestamp(microseconds: time.microseconds + 7 * 86_400_000_000)
  }
}
