package import JSONBytes
package import LogEngine

/// One event as projectors see it: the envelope's attributes, and `data` after upcasting and decryption.
///
/// Made by `Ledger.EventMapper`, a batch at a time.
package struct DecodedEvent: Sendable {
  package var position: Position
  package var id: String
  package var source: String
  package var type: String
  /// Version of the schema that `data` follows: the newest, but where there is a ``defect``.
  package var schemaVersion: Int
  /// The customer; nil for events about the whole ledger.
  package var subject: String?
  /// Number within the customer, from 1; nil where `subject` is.
  package var revision: UInt32?
  /// When it happened, as the source says.
  package var time: Timestamp
  /// When the ledger took it.
  package var recorded: Timestamp
  /// Kind of actor: `app_user`, `user`, `service_account`, …
  package var authtype: String
  package var authid: String?
  package var causationid: String?
  package var correlationid: String?
  package var data: JSONView
  /// Why no projector can take it in, without personal data: its type or version is not known, it could not be lifted to
  /// the newest version, or it names a customer in another spelling than Normalization Form C (``faultOfNames``). Then
  /// `data` is what was stored. Nil for an event that is well.
  package var defect: String?

  package init(
    position: Position, id: String, source: String, type: String, schemaVersion: Int,
    subject: String?, revision: UInt32?, time: Timestamp, recorded: Timestamp, authtype: String,
    authid: String?, causationid: String?, correlationid: String?, data: JSONView,
    defect: String? = nil
  ) {
    self.position = position
    self.id = id
    self.source = source
    self.type = type
    self.schemaVersion = schemaVersion
    self.subject = subject
    self.revision = revision
    self.time = time
    self.recorded = recorded
    self.authtype = authtype
    self.authid = authid
    self.causationid = causationid
    self.correlationid = correlationid
    self.data = data
    self.defect = defect
  }
}

extension DecodedEvent {
  /// ``position`` as a number: what rules and rows know it by.
  package var place: UInt64 { position.value }

  /// An event that a read model kept and takes in again.
  package init(
    place: UInt64, id: String, source: String, type: String, schemaVersion: Int, subject: String?,
    time: Timestamp, recorded: Timestamp, authtype: String, data: JSONView
  ) {
    self.init(
      position: Position(place), id: id, source: source, type: type, schemaVersion: schemaVersion,
      subject: subject, revision: nil, time: time, recorded: recorded, authtype: authtype,
      authid: nil, causationid: nil, correlationid: nil, data: data)
  }
}
