import JSONBytes

/// The rules of the envelope, one attribute after another, over attributes that were sorted by
/// name.
struct EnvelopeReader {
  let values: [JSONNode]
  let bytes: [UInt8]
  let root: JSONView
  let slots: AttributeSlots

  /// Lends the text of a string attribute to `body`; copies only where it holds escapes.
  private func withText<Answer>(
    _ place: Int, _ body: (Span<UInt8>, Int, Int) -> Answer
  ) -> Answer {
    let value = values[place]
    if value.isEscaped {
      let text = JSONText.decoded(value, bytes)
      return body(text.span, 0, text.count)
    }
    return body(bytes.span, Int(value.start), Int(value.end))
  }

  private func reject(
    _ code: EventRejection.Code, _ attribute: EnvelopeAttribute, _ sentence: String
  ) -> EventRejection {
    EventRejection(code, "/\(attribute.name)", sentence)
  }

  private func missing(_ attribute: EnvelopeAttribute, _ advice: String) -> EventRejection {
    EventRejection(
      .attributeMissing, "", "the attribute \(attribute.name) is missing; \(advice)")
  }

  func checkSpecVersion() throws(EventRejection) {
    guard let place = slots[.specversion] else {
      throw missing(.specversion, "add \"specversion\": \"1.0\"")
    }
    guard withText(place, { TextRules.equals($0, $1, $2, "1.0") }) else {
      throw reject(.specVersion, .specversion, "specversion must be 1.0; send CloudEvents 1.0")
    }
  }

  func type(in catalog: Catalog) throws(EventRejection) -> EventType {
    guard let place = slots[.type] else {
      throw missing(.type, "add one of the catalogue, such as order.completed")
    }
    if let type = withText(place, { catalog.type($0, in: $1..<$2) }) { return type }
    let text = JSONText.decoded(values[place], bytes)
    // A sender's own word could be anything: it is repeated only where it is a type name.
    let name = EventSchema.isTypeName(text) ? String(decoding: text, as: UTF8.self) : "this type"
    throw reject(
      .unknownType, .type,
      "\(name) is not in the catalogue; correct the type, or bring its schema with rapport init "
        + "--schemas DIR")
  }

  func checkIdentity() throws(EventRejection) {
    guard let id = slots[.id] else {
      throw missing(.id, "add a name that is unique within the source and free of personal data")
    }
    guard withText(id, { (1...256).contains($2 - $1) }) else {
      throw reject(.attribute, .id, "id must have 1 to 256 bytes")
    }
    try checkForm(.id, id)
    guard let source = slots[.source] else {
      throw missing(.source, "add where the fact entered, such as /stores/berlin-3/till")
    }
    let fits = withText(source) {
      (1...256).contains($2 - $1) && URIReference.isValid($0, $1, $2)
    }
    guard fits else {
      throw reject(
        .attribute, .source,
        "source must be a URI reference of 1 to 256 bytes, such as /stores/berlin-3/till")
    }
  }

  func checkSubject(of type: EventType) throws(EventRejection) {
    guard let place = slots[.subject] else {
      if !type.hasSubject { return }
      throw EventRejection(
        .subjectMissing, "",
        "\(type.name) concerns one customer; add her pseudonym as subject")
    }
    guard type.hasSubject else {
      throw reject(
        .subjectUnexpected, .subject, "\(type.name) concerns no single customer; leave subject out")
    }
    guard withText(place, { (1...128).contains($2 - $1) }) else {
      throw reject(.attribute, .subject, "subject must have 1 to 128 bytes")
    }
    if withText(place, { TextRules.isContactPoint($0, $1, $2) }) {
      throw reject(
        .subjectPersonal, .subject,
        "subject is an e-mail address or a phone number and would stand in clear for ever; use a "
          + "pseudonym of the customer")
    }
    try checkForm(.subject, place)
  }

  /// What names a customer or an event has one spelling, so that the log, which goes by bytes, and who compares characters
  /// mean the same one. A `source` is ASCII anyway.
  private func checkForm(_ attribute: EnvelopeAttribute, _ place: Int) throws(EventRejection) {
    guard withText(place, { NormalForm.isNormal($0, $1, $2) }) else {
      throw reject(
        .notNormal, attribute,
        "\(attribute.name) is not in Unicode Normalization Form C, so that one name would have two "
          + "spellings; normalise names where they are made")
    }
  }

  func time() throws(EventRejection) -> Timestamp {
    guard let place = slots[.time] else {
      throw missing(.time, "add when it happened, such as 2026-03-01T08:59:58Z")
    }
    return try timestamp(.time, place)
  }

  private func timestamp(
    _ attribute: EnvelopeAttribute, _ place: Int
  ) throws(EventRejection) -> Timestamp {
    guard let time = withText(place, { Timestamp($0, in: $1..<$2) }) else {
      throw reject(
        .time, attribute,
        "\(attribute.name) must be RFC 3339 with at most 6 fraction digits, years 1900 to 2199, no "
          + "second 60, such as 2026-03-01T08:59:58Z")
    }
    return time
  }

  func expiry(after time: Timestamp) throws(EventRejection) -> Timestamp? {
    guard let place = slots[.expirytime] else { return nil }
    let expiry = try timestamp(.expirytime, place)
    guard expiry >= time else {
      throw reject(.time, .expirytime, "expirytime must not be before time")
    }
    return expiry
  }

  func schema(of type: EventType) throws(EventRejection) -> EventSchema {
    guard let place = slots[.dataschema] else {
      throw missing(
        .dataschema, "add the type and the version of its schema, such as \(type.newest.identifier)"
      )
    }
    guard let version = withText(place, { schemaVersion($0, $1, $2, of: type) }) else {
      throw reject(
        .schemaVersion, .dataschema,
        "dataschema must be the event's type and a version, such as \(type.newest.identifier), or "
          + "an absolute URI that ends so")
    }
    guard let schema = type.schema(version: version) else {
      let known = type.schemas.map { String($0.version) }.joined(separator: ", ")
      throw reject(
        .schemaVersion, .dataschema,
        "\(type.name) has no schema version \(version); the catalogue has \(known)")
    }
    return schema
  }

  /// The version in `TYPE/N` or `scheme:…/TYPE/N`; nil for any other form and any other type.
  private func schemaVersion(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, of type: EventType
  ) -> Int? {
    var slash = end
    var version = 0
    var power = 1
    while slash > start, TextRules.isDigit(text[slash - 1]), end - slash < 5 {
      slash -= 1
      version += Int(text[slash] - 0x30) * power
      power *= 10
    }
    guard slash < end, text[slash] != 0x30, slash > start, text[slash - 1] == UInt8(ascii: "/")
    else { return nil }
    let nameEnd = slash - 1
    let nameStart = nameEnd - type.nameBytes.count
    guard nameStart >= start else { return nil }
    for place in nameStart..<nameEnd where text[place] != type.nameBytes[place - nameStart] {
      return nil
    }
    if nameStart == start { return version }
    guard text[nameStart - 1] == UInt8(ascii: "/"),
      URIReference.isValid(text, start, end, absolute: true)
    else { return nil }
    return version
  }

  func checkActor() throws(EventRejection) {
    var needsID = false
    if let place = slots[.authtype] {
      guard let type = authType(place) else {
        let words = AuthType.allCases.map(\.rawValue).joined(separator: ", ")
        throw reject(.attribute, .authtype, "authtype must be one of \(words)")
      }
      needsID = type.needsID
    }
    guard let place = slots[.authid] else {
      if !needsID { return }
      throw missing(
        .authid, "add which actor it was, unless authtype is unauthenticated or unknown")
    }
    guard withText(place, { (1...128).contains($2 - $1) }) else {
      throw reject(.attribute, .authid, "authid must have 1 to 128 bytes")
    }
    if withText(place, { TextRules.isContactPoint($0, $1, $2) }) {
      throw reject(
        .authIDPersonal, .authid,
        "authid is an e-mail address or a phone number and would stand in clear for ever; use a "
          + "pseudonym of the actor")
    }
  }

  private func authType(_ place: Int) -> AuthType? {
    withText(place) { text, start, end in
      if TextRules.equals(text, start, end, "app_user") { return .appUser }
      if TextRules.equals(text, start, end, "user") { return .user }
      if TextRules.equals(text, start, end, "service_account") { return .serviceAccount }
      if TextRules.equals(text, start, end, "api_key") { return .apiKey }
      if TextRules.equals(text, start, end, "system") { return .system }
      if TextRules.equals(text, start, end, "unauthenticated") { return .unauthenticated }
      if TextRules.equals(text, start, end, "unknown") { return .unknown }
      return nil
    }
  }

  /// The attributes that most events do not have.
  func checkOthers() throws(EventRejection) {
    if let place = slots[.datacontenttype],
      !withText(place, { TextRules.equals($0, $1, $2, "application/json") })
    {
      throw reject(
        .attribute, .datacontenttype, "datacontenttype must be application/json, or left out")
    }
    try check(.correlationid, "must have 1 to 128 bytes") { (1...128).contains($2 - $1) }
    try check(.causationid, "must be the id of an event, 1 to 256 bytes") {
      (1...256).contains($2 - $1)
    }
    if let place = slots[.causationid] { try checkForm(.causationid, place) }
    try check(.dataclassification, "must be one of public, internal, confidential, restricted") {
      TextRules.equals($0, $1, $2, "public") || TextRules.equals($0, $1, $2, "internal")
        || TextRules.equals($0, $1, $2, "confidential")
        || TextRules.equals($0, $1, $2, "restricted")
    }
    try check(
      .datacategory, "must be one of non-sensitive, standard, sensitive, special-category"
    ) {
      TextRules.equals($0, $1, $2, "standard") || TextRules.equals($0, $1, $2, "sensitive")
        || TextRules.equals($0, $1, $2, "non-sensitive")
        || TextRules.equals($0, $1, $2, "special-category")
    }
    try check(
      .dataregulation, "must be names joined by commas without blanks, such as GDPR,CCPA",
      Self.isRegulationList)
    try check(
      .dataref,
      "must be a URI reference of at most 1,024 bytes that holds the SHA-256 of the content"
    ) {
      $2 - $1 <= 1_024 && TextRules.holdsSHA256($0, $1, $2) && URIReference.isValid($0, $1, $2)
    }
    try check(.traceparent, "must be as W3C Trace Context has it", TraceContext.isParent)
    try check(.tracestate, "must be as W3C Trace Context has it", TraceContext.isState)
    if let place = slots[.partitionkey] {
      let own = JSONText.decoded(values[place], bytes)
      guard let subject = slots[.subject], JSONText.decoded(values[subject], bytes) == own else {
        throw reject(.attribute, .partitionkey, "partitionkey must equal subject, or be left out")
      }
    }
  }

  private func check(
    _ attribute: EnvelopeAttribute, _ rule: String, _ fits: (Span<UInt8>, Int, Int) -> Bool
  ) throws(EventRejection) {
    guard let place = slots[attribute], !withText(place, fits) else { return }
    throw reject(.attribute, attribute, "\(attribute.name) \(rule)")
  }

  private static func isRegulationList(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard (1...256).contains(end - start) else { return false }
    var nameStart = start
    for place in start..<end {
      let byte = text[place]
      if byte == UInt8(ascii: ",") {
        guard place > nameStart else { return false }
        nameStart = place + 1
      } else if !TextRules.isAlphanumeric(byte), byte != UInt8(ascii: "-"),
        byte != UInt8(ascii: "_")
      {
        return false
      }
    }
    return nameStart < end
  }

  func checkData(_ schema: EventSchema) throws(EventRejection) {
    guard let place = slots[.data] else {
      throw EventRejection(.data, "", "the member data is missing; add a JSON object")
    }
    let data = JSONView(document: root.document, index: place)
    guard data.kind == .object else {
      throw EventRejection(.data, "/data", "data must be a JSON object; found: \(data.kind.word)")
    }
    guard let violation = schema.schema.violation(in: data) else { return }
    throw EventRejection(
      .schema, "/data\(violation.pointer)",
      "/data\(violation.pointer) \(violation.rule) (\(violation.keyword)); found: "
        + "\(violation.found). Correct the data, or name the schema version it follows instead of "
        + "\(schema.identifier)")
  }
}
