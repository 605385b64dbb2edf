// The receipt as JSON: the fields of ISO/IEC TS 27560, by its names, in the parts that it has.

package import JSONBytes

extension ConsentReceipt {
  /// The edition whose fields a receipt has.
  package static let edition = "ISO/IEC TS 27560:2023"

  /// The receipt.
  ///
  /// `parties` says who the controllers are; of one that it does not name the id is all that is known, and
  /// `not_filled` says so. `ledger` is the origin of the ledger that holds the event.
  package func json(parties: [String: ConsentParty], ledger: String) -> JSONValue {
    let stamp = event.event.stamp
    return .object([
      "receipt_metadata": .object([
        "schema_version": .string(Self.edition),
        "receipt_id": .string("\(stamp.source)#\(stamp.id)"),
        "issued": .string(instant.text),
        "pii_principal_id": event.event.subject.map { .string($0) },
        "ledger": .string(ledger),
        "position": .integer(stamp.place),
      ]),
      "consent_records": .array(records.map { json($0) }),
      "party_identification": .array(controllers.map { Self.json($0, parties[$0]) }),
      "event": .object([
        "event_id": .string(stamp.id), "type": .string(event.event.type),
        "event_time": .string(stamp.time.text), "recorded": .string(stamp.recorded.text),
        "entity_id": event.authid.map { .string($0) },
        "said_by": .string(stamp.author.rawValue), "source": .string(stamp.source),
        "purpose": text("purpose"), "topic": text("topic"), "channel": text("channel"),
        "contact_point": text("contactPoint"), "route": text("route"), "reason": text("reason"),
        "words": event.event.personal("words").map { .string($0) },
        "evidence": Self.evidence(event.event),
      ]),
      "event_state": .object([
        "as_of_event": .string(stateThen.rawValue), "now": .string(stateNow.rawValue),
        "now_valid": .bool(stateNow.isValid), "now_by_event": .string(decidedNow.id),
        "now_by_position": .integer(decidedNow.place),
        "defect": defect.map { .string($0.rawValue) },
      ]),
      "exceptions": .array(exceptions.map(Self.json)),
      "not_filled": .array(notFilled(parties).map { .string($0) }),
    ])
  }

  private func text(_ name: String) -> JSONValue? { event.event.text(name).map { .string($0) } }

  /// Of all records, each once.
  private var controllers: [String] {
    Array(Set(records.flatMap { $0.fields.event.texts("controllers") })).sorted()
  }

  // MARK: Record

  private func json(_ record: Record) -> JSONValue {
    let fields = record.fields.event
    func text(_ name: String) -> JSONValue? { fields.text(name).map { .string($0) } }
    func texts(_ name: String) -> JSONValue? {
      fields.data[name].map { _ in .array(fields.texts(name).map { .string($0) }) }
    }
    return .object([
      "schema_version": .string(record.named.schema),
      "record_id": .string(record.named.event.stamp.id),
      "pii_principal_id": record.named.event.subject.map { .string($0) },
      "pii_processing": .object([
        "privacy_notice": record.notice.map(Self.notice),
        "language": text("language") ?? record.notice?.event.text("language").map { .string($0) },
        "purposes": .array([
          .object([
            "purpose": text("purpose"), "topic": text("topic"), "channel": text("channel"),
            "contact_point": text("contactPoint"), "lawful_basis": text("lawfulBasis"),
            "pii_information": fields.data["personalDataTypes"].map { _ in
              .array(
                fields.texts("personalDataTypes").map { .object(["pii_type": .string($0)]) })
            },
            "pii_controllers": texts("controllers"),
            "collection_method": record.named.event.text("method").map { .string($0) },
            "storage_locations": texts("storageLocations"),
            "retention_period": text("retentionPeriod"), "jurisdiction": text("jurisdiction"),
            "recipient_third_parties": texts("recipients"),
            "withdrawal_method": text("withdrawalMethod"),
          ])
        ]),
      ]),
      "consent_type": text("consentType"),
      "guardian": record.named.event.text("guardian").map { .string($0) },
      "evidence": Self.evidence(record.named.event),
      "events": .array(record.steps.map(Self.json)),
    ])
  }

  private static func notice(_ notice: ConsentEvent) -> JSONValue {
    func text(_ name: String) -> JSONValue? { notice.event.text(name).map { .string($0) } }
    return .object([
      "notice_id": text("noticeId"), "notice_version": text("noticeVersion"),
      "content_hash": text("contentHash"), "surface": text("surface"),
      "shown": .string(notice.event.stamp.time.text),
      "event_id": .string(notice.event.stamp.id), "position": .integer(notice.event.stamp.place),
    ])
  }

  /// What sort of proof there is, and its hash; where it is kept is for the house.
  private static func evidence(_ event: PermissionEvent) -> JSONValue? {
    event.data["evidence"].map { evidence in
      .object([
        "kind": evidence["kind"]?.string.map { .string($0) },
        "content_hash": evidence["contentHash"]?.string.map { .string($0) },
      ])
    }
  }

  private static func json(_ step: Step) -> JSONValue {
    // What another customer said about the address is told, and who that is is not.
    .object([
      "event_time": .string(step.stamp.time.text), "in_effect": .string(step.effect.text),
      "validity_duration": step.validity.map { .string($0) },
      "entity_id": step.isElsewhere ? nil : step.authid.map { .string($0) },
      "event_type": .string(step.type), "event_state": .string(step.state.rawValue),
      "event_id": .string(step.stamp.id), "position": .integer(step.stamp.place),
      "same_address_only": step.isElsewhere ? .bool(true) : nil,
    ])
  }

  private static func json(_ exception: Exception) -> JSONValue {
    .object([
      "event_type": .string(exception.type), "event_id": .string(exception.stamp.id),
      "position": .integer(exception.stamp.place),
      "event_time": .string(exception.stamp.time.text),
      "purpose": .string(exception.purpose), "topic": .string(exception.topic),
      "channel": .string(exception.channel),
      "same_address_only": exception.isElsewhere ? .bool(true) : nil,
    ])
  }

  private static func json(_ id: String, _ party: ConsentParty?) -> JSONValue {
    .object([
      "party_id": .string(id), "party_role": "pii_controller",
      "party_name": party.map { .string($0.name) },
      "party_address": party.map { .string($0.address) },
      "party_contact": party.map { .string($0.contact) },
      "party_type": party.map { .string($0.type) },
    ])
  }

  // MARK: What is missing

  /// Fields that the standard asks for and nobody gave, the record's id before each where there are several.
  package func notFilled(_ parties: [String: ConsentParty]) -> [String] {
    var missing: [String] = []
    for record in records {
      let fields = record.fields.event
      let id = record.named.event.stamp.id
      if record.notice == nil { missing.append("\(id): privacy_notice") }
      for (name, field) in Self.asked where fields.data[field] == nil {
        missing.append("\(id): \(name)")
      }
    }
    for id in controllers where parties[id] == nil {
      missing.append("\(id): party_name, party_address, party_contact, party_type")
    }
    return missing
  }

  /// The fields that the standard makes mandatory, and where an event has them.
  private static let asked = [
    ("purpose", "purpose"), ("language", "language"), ("pii_type", "personalDataTypes"),
    ("pii_controllers", "controllers"), ("storage_locations", "storageLocations"),
    ("retention_period", "retentionPeriod"), ("jurisdiction", "jurisdiction"),
    ("recipient_third_parties", "recipients"), ("withdrawal_method", "withdrawalMethod"),
    ("validity_duration", "validityDuration"), ("consent_type", "consentType"),
  ]
}
