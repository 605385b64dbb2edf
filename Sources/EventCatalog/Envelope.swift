package import JSONBytes

/// Checks one event as a source sends it: CloudEvents 1.0 in structured JSON, with the attributes,
/// limits and refusals of the ledger.
///
/// The one check that is left to whoever stamps `recordedtime` is that `time` lies at most five
/// minutes after it.
package enum Envelope {
  /// Checks `event` and its `data`, and says what the entry's attributes will be.
  ///
  /// `authtype` is filled in as `unknown` where the event says nothing: the door of the command
  /// line, which believes the event; other doors set it before. Throws the first
  /// ``EventRejection``. An event that is taken costs no allocation in the common case.
  package static func check(
    _ event: JSONView, using catalog: Catalog
  ) throws(EventRejection) -> CheckedEvent {
    let values = event.document.nodes
    let bytes = event.document.bytes
    guard values[event.index].kind == .object else {
      throw EventRejection(
        .notAnObject, "",
        "an event is a JSON object (CloudEvents 1.0, structured); found: \(event.kind.word)")
    }
    var slots = AttributeSlots()
    try collect(event.index, values, bytes, into: &slots)
    let reader = EnvelopeReader(values: values, bytes: bytes, root: event, slots: slots)
    try reader.checkSpecVersion()
    let type = try reader.type(in: catalog)
    try reader.checkIdentity()
    try reader.checkSubject(of: type)
    let time = try reader.time()
    let schema = try reader.schema(of: type)
    let expiry = try reader.expiry(after: time)
    try reader.checkActor()
    try reader.checkOthers()
    try reader.checkData(schema)
    for (attribute, isAlways) in filledIn where isAlways || slots[attribute] == nil {
      slots.give(attribute)
    }
    if expiry != nil { slots.give(.expirytime) }
    return CheckedEvent(
      event: event, type: type, schema: schema, time: time, expiry: expiry, slots: slots)
  }

  /// What the entry holds whether the source said it or not; true where the ledger's form replaces
  /// the source's.
  private static let filledIn: [(EnvelopeAttribute, Bool)] = [
    (.authtype, false), (.datacategory, false), (.dataclassification, false),
    (.dataschema, true), (.time, true),
  ]

  /// Sorts the members into known attributes and extensions. A null is an absent attribute
  /// (CloudEvents JSON format, 2.2).
  private static func collect(
    _ root: Int, _ values: [JSONNode], _ bytes: [UInt8], into slots: inout AttributeSlots
  ) throws(EventRejection) {
    let (pool, table) = EnvelopeAttribute.names
    let end = Int(values[root].next)
    var name = root + 1
    while name < end {
      let text = values[name]
      let number: Int
      if text.isEscaped {
        let decoded = JSONText.decoded(text, bytes)
        number = pool.find(table, decoded.span, 0, decoded.count)
      } else {
        number = pool.find(table, bytes.span, Int(text.start), Int(text.end))
      }
      let value = name + 1
      if values[value].kind != .null {
        if number == EnvelopeAttribute.base64Number {
          throw EventRejection(
            .data, "/data_base64",
            "data_base64 is not taken; send the data as a JSON object in data")
        } else if number >= 0, let attribute = EnvelopeAttribute(rawValue: UInt8(number)) {
          if attribute.isLedgers {
            throw EventRejection(
              .ledgerAttribute, "/\(attribute.name)",
              "\(attribute.name) is set by the ledger; leave it out")
          }
          if attribute != .data { try checkString(attribute, values[value], bytes) }
          slots.set(attribute, at: value)
        } else {
          try checkExtension(name, values, bytes)
          if !slots.addExtension(name, values, bytes) {
            throw EventRejection(
              .attribute, "",
              "an event has at most \(AttributeSlots.extensionsMax) extension attributes; move "
                + "the others into data")
          }
        }
      }
      name = Int(values[value].next)
    }
  }

  private static func checkString(
    _ attribute: EnvelopeAttribute, _ value: JSONNode, _ bytes: [UInt8]
  ) throws(EventRejection) {
    guard value.kind == .string else {
      throw EventRejection(
        .attribute, "/\(attribute.name)",
        "\(attribute.name) must be a string; found: \(value.kind.word)")
    }
    if hasForbiddenCharacter(value, bytes) {
      throw EventRejection(
        .attribute, "/\(attribute.name)",
        "\(attribute.name) holds a control character or noncharacter, which CloudEvents forbids")
    }
  }

  private static func hasForbiddenCharacter(_ value: JSONNode, _ bytes: [UInt8]) -> Bool {
    if value.isEscaped {
      let text = JSONText.decoded(value, bytes)
      return TextRules.hasForbiddenCharacter(text.span, 0, text.count)
    }
    return TextRules.hasForbiddenCharacter(bytes.span, Int(value.start), Int(value.end))
  }

  /// An attribute that the ledger has no rule for: kept as it is if CloudEvents allows it.
  private static func checkExtension(
    _ name: Int, _ values: [JSONNode], _ bytes: [UInt8]
  ) throws(EventRejection) {
    let text = JSONText.decoded(values[name], bytes)
    guard (1...20).contains(text.count),
      text.allSatisfy({ TextRules.isLower($0) || TextRules.isDigit($0) })
    else {
      throw EventRejection(
        .attribute, "",
        "the name of an attribute must be 1 to 20 lower-case letters and digits; what is not an "
          + "attribute belongs into data")
    }
    let pointer = "/\(String(decoding: text, as: UTF8.self))"
    let value = values[name + 1]
    switch value.kind {
    case .true, .false: return
    case .string:
      if hasForbiddenCharacter(value, bytes) {
        throw EventRejection(
          .attribute, pointer,
          "an attribute holds a control character or noncharacter, which CloudEvents forbids")
      }
    case .number:
      let view = JSONView(document: JSONDocument(bytes: bytes, nodes: [value]), index: 0)
      guard value.isPlainInteger, let integer = view.integer, Int32(exactly: integer) != nil else {
        throw EventRejection(
          .attribute, pointer,
          "a number in an attribute must be a whole one of 32 bits; write any other as a string")
      }
    default:
      throw EventRejection(
        .attribute, pointer,
        "an attribute must be a string, a boolean or an integer; found: \(value.kind.word)")
    }
  }
}
