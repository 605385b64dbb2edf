// CloudEvents over HTTP: structured, batched and binary content mode (CloudEvents 1.0.2, HTTP protocol binding, 3).

import JSONBytes

/// A request that brings events, as far as the binding looks at it.
struct EventRequest: Sendable {
  /// The header `Content-Type`; nil where there is none, or more than one.
  var contentType: String?
  /// All headers, in any case and order.
  var headers: [(name: String, value: String)]
  var body: [UInt8]

  init(contentType: String?, headers: [(name: String, value: String)] = [], body: [UInt8]) {
    self.contentType = contentType
    self.headers = headers
    self.body = body
  }
}

/// Why a request brings no events: nothing of it was looked at further.
enum BindingFault: Error, Hashable, Sendable {
  /// None of the three modes.
  case mediaType
  /// The content is no JSON.
  case json(JSONError)
  /// A batch is an array.
  case noArray
  case tooMany(count: Int)
  /// The attribute in the header of this name cannot be read, or stands twice.
  case header(name: String)

  /// Stable: ``ProblemTable``.
  var code: String {
    switch self {
    case .mediaType: "http.media-type"
    case .json: "event.json"
    case .noArray: "http.batch"
    case .tooMany: "append.too-large"
    case .header: "http.binary-header"
    }
  }

  var sentence: String {
    switch self {
    case .mediaType:
      "send application/cloudevents+json, application/cloudevents-batch+json, or application/json with the attributes "
        + "in headers that begin with ce-; all in UTF-8"
    case .json(let error): error.sentence
    case .noArray: "a batch is a JSON array of events"
    case .tooMany(let count):
      "the batch has \(count) events, at most \(DoorLimits.batchEventsMax) come at once; split it"
    case .header(let name):
      "the header \(name) must stand once, in visible ASCII; other characters are percent-encoded UTF-8"
    }
  }
}

/// Events as they came in, not checked yet.
struct IncomingEvents: Sendable {
  /// Whether they came as a batch: then each has its own answer.
  let isBatch: Bool
  /// One JSON value each, of one document.
  let events: [JSONView]

  /// What rights go by. Nil for what is no event, or lacks a name that every event has: that is for the catalogue to
  /// say.
  func atDoor(_ index: Int) -> EventAtDoor? {
    let event = events[index]
    guard let type = event["type"]?.string, let source = event["source"]?.string else { return nil }
    return EventAtDoor(type: type, source: source, subject: event["subject"]?.string)
  }

  /// The events as `principal` brings them: who acted is who was let in, whatever the sender says. Only a source that
  /// vouches for its customers is believed when it names one of them. All other bytes stay as they came.
  ///
  /// Costs a pass over the bytes; returns the texts one after another, and where each lies.
  func texts(of principal: Principal) -> (bytes: [UInt8], ranges: [Range<Int>]) {
    var bytes: [UInt8] = []
    var ranges: [Range<Int>] = []
    ranges.reserveCapacity(events.count)
    for event in events {
      let start = bytes.count
      Self.write(event, of: principal, to: &bytes)
      ranges.append(start..<bytes.count)
    }
    return (bytes, ranges)
  }

  private static func write(
    _ event: JSONView, of principal: Principal, to bytes: inout [UInt8]
  ) {
    guard event.kind == .object, let authtype = principal.role.authtype else {
      bytes += event.source
      return
    }
    let isVouchedFor =
      principal.vouches && event["authtype"]?.equals("app_user") == true
      && event["authid"]?.kind == .string
    bytes.append(UInt8(ascii: "{"))
    if !isVouchedFor {
      bytes += "\"authid\":".utf8
      JSONText.appendQuoted(principal.actor.utf8, to: &bytes)
      bytes += ",\"authtype\":\"\(authtype)\"".utf8
    }
    var isFirst = isVouchedFor
    for (name, value) in event.members {
      if !isVouchedFor, name == "authid" || name == "authtype" { continue }
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      // A member's name is the node before its value.
      bytes += JSONView(document: event.document, index: value.index - 1).source
      bytes.append(UInt8(ascii: ":"))
      bytes += value.source
    }
    bytes.append(UInt8(ascii: "}"))
  }
}

enum EventBinding {
  private static let structured = "application/cloudevents+json"
  private static let batch = "application/cloudevents-batch+json"
  private static let prefix = "ce-"

  /// Takes the events out of a request. Costs a pass over the content.
  static func read(_ request: EventRequest) throws(BindingFault) -> IncomingEvents {
    let type = request.contentType.flatMap { MediaType($0) }
    if request.contentType != nil, type == nil { throw .mediaType }
    if let type, !type.isUTF8 { throw .mediaType }
    switch type?.essence {
    case structured:
      return IncomingEvents(isBatch: false, events: [try scanned(request.body).root])
    case batch:
      let root = try scanned(request.body).root
      guard root.kind == .array else { throw .noArray }
      guard root.count <= DoorLimits.batchEventsMax else { throw .tooMany(count: root.count) }
      return IncomingEvents(isBatch: true, events: Array(root.elements))
    case let essence?
    where essence.hasPrefix("application/cloudevents") || essence != "application/json":
      throw .mediaType
    default: return try binary(request, hasType: type != nil)
    }
  }

  private static func scanned(_ bytes: [UInt8]) throws(BindingFault) -> JSONDocument {
    do throws(JSONError) {
      return try JSONDocument(scanning: bytes)
    } catch {
      throw .json(error)
    }
  }

  // MARK: Binary

  private static func binary(
    _ request: EventRequest, hasType: Bool
  ) throws(BindingFault) -> IncomingEvents {
    let attributes = try attributes(in: request.headers)
    guard attributes.contains(where: { $0.name == "specversion" }) else { throw .mediaType }
    var text: [UInt8] = Array("{".utf8)
    for (place, attribute) in attributes.enumerated() {
      if place > 0 { text.append(UInt8(ascii: ",")) }
      text += "\"\(attribute.name)\":".utf8
      JSONText.appendQuoted(attribute.value, to: &text)
    }
    if hasType { text += ",\"datacontenttype\":\"application/json\"".utf8 }
    if !request.body.isEmpty {
      // By itself first: what is more than one value must not become members of the envelope.
      _ = try scanned(request.body)
      text += ",\"data\":".utf8
      text += request.body
    }
    text.append(UInt8(ascii: "}"))
    return IncomingEvents(isBatch: false, events: [try scanned(text).root])
  }

  /// Of the headers that begin with `ce-`, in the order of their names.
  private static func attributes(
    in headers: [(name: String, value: String)]
  ) throws(BindingFault) -> [(name: String, value: [UInt8])] {
    var found: [(name: String, value: [UInt8])] = []
    for header in headers {
      let lower = header.name.lowercased()
      guard lower.hasPrefix(prefix) else { continue }
      let name = String(lower.dropFirst(prefix.count))
      // The type of the content has a header of its own, and the content is no attribute.
      guard isAttributeName(name), !["datacontenttype", "data", "data_base64"].contains(name),
        !found.contains(where: { $0.name == name }), let value = decoded(header.value)
      else { throw .header(name: isAttributeName(name) ? prefix + name : "that begins with ce-") }
      found.append((name, value))
    }
    return found.sorted { $0.name < $1.name }
  }

  private static func isAttributeName(_ name: String) -> Bool {
    (1...20).contains(name.utf8.count)
      && name.utf8.allSatisfy {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (0x30...0x39).contains($0)
      }
  }

  /// Section 3.1.3.2: quotes around the value are taken off, then each `%XX` stands for a byte of UTF-8. Nil for what
  /// no sender that keeps to it can have written.
  static func decoded(_ value: String) -> [UInt8]? {
    guard let plain = unquoted(Array(value.utf8)[...]) else { return nil }
    var bytes: [UInt8] = []
    var rest = plain[...]
    while let byte = rest.popFirst() {
      guard (0x20...0x7E).contains(byte) else { return nil }
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(hexValue),
        let low = rest.popFirst().flatMap(hexValue)
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self) == nil ? nil : bytes
  }

  private static func unquoted(_ value: ArraySlice<UInt8>) -> [UInt8]? {
    let quote = UInt8(ascii: "\"")
    guard value.first == quote else { return Array(value) }
    guard value.count >= 2, value.last == quote else { return nil }
    var plain: [UInt8] = []
    var rest = value.dropFirst().dropLast()
    while let byte = rest.popFirst() {
      if byte == quote { return nil }
      guard byte == UInt8(ascii: "\\") else {
        plain.append(byte)
        continue
      }
      guard let escaped = rest.popFirst() else { return nil }
      plain.append(escaped)
    }
    return plain
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
