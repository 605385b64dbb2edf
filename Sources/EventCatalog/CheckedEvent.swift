package import JSONBytes

/// An event that was checked: what the ledger goes by, and the attributes of its entry in canonical
/// order.
///
/// A small value that points into the scanned text; it copies nothing of it.
package struct CheckedEvent: Sendable {
  /// The event as the source sent it.
  package let event: JSONView
  /// What the event is.
  package let type: EventType
  /// The version that its data follows.
  package let schema: EventSchema
  /// When it happened. Who stamps `recordedtime` refuses it if it lies more than five minutes
  /// after.
  package let time: Timestamp
  /// What `expirytime` says; nil where the event says nothing.
  package let expiry: Timestamp?
  private let slots: AttributeSlots

  init(
    event: JSONView, type: EventType, schema: EventSchema, time: Timestamp, expiry: Timestamp?,
    slots: AttributeSlots
  ) {
    self.event = event
    self.type = type
    self.schema = schema
    self.time = time
    self.expiry = expiry
    self.slots = slots
  }

  /// Name of the event within its source.
  package var id: JSONView { required(.id) }
  /// Where the fact entered.
  package var source: JSONView { required(.source) }
  /// The event's own members, an object.
  package var data: JSONView { required(.data) }
  /// The customer; nil exactly where the type concerns none.
  package var subject: JSONView? { view(.subject) }

  /// What the source said of an attribute; nil where it said nothing.
  package func view(_ attribute: EnvelopeAttribute) -> JSONView? {
    slots[attribute].map { JSONView(document: event.document, index: $0) }
  }

  private func required(_ attribute: EnvelopeAttribute) -> JSONView {
    guard let view = view(attribute) else {
      preconditionFailure("an event without \(attribute) is not checked")
    }
    return view
  }

  /// The value of an attribute in the entry.
  package enum Value: Sendable {
    /// As the source said it: to be written canonically.
    case view(JSONView)
    /// Canonical JSON, ready to copy.
    case json([UInt8])
    /// A time, written in UTC with six fraction digits.
    case time(Timestamp)
  }

  /// The value of an attribute in the entry; nil for one that the entry does not have, and for
  /// those of the ledger.
  package func value(_ attribute: EnvelopeAttribute) -> Value? {
    guard slots.isGiven(attribute) else { return view(attribute).map { .view($0) } }
    switch attribute {
    case .authtype: return .json(Self.unknownActor)
    case .datacategory: return .json(schema.writtenCategory)
    case .dataclassification: return .json(schema.writtenClassification)
    case .dataschema: return .json(schema.writtenIdentifier)
    case .time: return .time(time)
    case .expirytime: return expiry.map { .time($0) }
    default: return nil
    }
  }

  private static let unknownActor = Array("\"\(AuthType.unknown.rawValue)\"".utf8)

  /// Where in the written text the ledger's own attributes go: each as `"name":value,` at its
  /// offset.
  ///
  /// They lie at one offset unless an extension attribute sorts between them.
  package struct LedgerPlaces: Hashable, Sendable {
    /// Offset of `recordedtime`.
    package var recordedtime = 0
    /// Offset of `revision`.
    package var revision = 0
    /// Offset of `sequence`.
    package var sequence = 0
  }

  /// Appends the entry in canonical form (RFC 8785), without the three attributes of the ledger.
  ///
  /// `writeData` appends the canonical form of `data`: this is where personal fields are encrypted.
  /// Returns where the ledger's attributes go, as offsets in `output`. Throws what `writeData`
  /// throws; `output` then holds a part.
  package func write(
    to output: inout [UInt8],
    data writeData: (JSONView, inout [UInt8]) throws(EventRejection) -> Void
  ) throws(EventRejection) -> LedgerPlaces {
    var places = LedgerPlaces()
    var nextExtension = 0
    let document = event.document
    let (labels, ends) = EnvelopeAttribute.labels
    var left = slots.written
    output.append(UInt8(ascii: "{"))
    while left != 0 {
      let rank = left.trailingZeroBitCount
      left &= left - 1
      guard let attribute = EnvelopeAttribute(rawValue: UInt8(rank)) else { break }
      if nextExtension < slots.extensionCount {
        writeExtensions(before: attribute, from: &nextExtension, to: &output)
      }
      switch attribute {
      case .recordedtime:
        places.recordedtime = output.count
        continue
      case .revision:
        places.revision = output.count
        continue
      case .sequence:
        places.sequence = output.count
        continue
      default: break
      }
      let isGiven = slots.isGiven(attribute)
      let value = isGiven ? value(attribute) : nil
      // An attribute that is given may still have no value.
      if isGiven, value == nil { continue }
      output.append(labels, from: ends[rank], to: ends[rank + 1])
      if let value {
        write(value, to: &output)
      } else if attribute == .data {
        try writeData(data, &output)
      } else if let place = slots[attribute] {
        let node = document.nodes[place]
        if node.kind == .string, !node.isEscaped {
          output.append(document.bytes, from: Int(node.start) - 1, to: Int(node.end) + 1)
        } else {
          Self.writeAttribute(JSONView(document: document, index: place), to: &output)
        }
      }
      output.append(UInt8(ascii: ","))
    }
    writeExtensions(before: nil, from: &nextExtension, to: &output)
    output[output.count - 1] = UInt8(ascii: "}")
    return places
  }

  /// Appends the entry with `data` in clear.
  ///
  /// Throws ``EventRejection/Code/number`` for a number that would change when it is stored.
  package func write(to output: inout [UInt8]) throws(EventRejection) -> LedgerPlaces {
    try write(to: &output) { (data, output) throws(EventRejection) in
      try Self.writeData(data, to: &output)
    }
  }

  /// Appends the canonical form of `data`.
  ///
  /// Throws ``EventRejection/Code/number`` for a number that would change when it is stored.
  package static func writeData(
    _ data: JSONView, to output: inout [UInt8]
  ) throws(EventRejection) {
    do throws(JSONError) {
      try CanonicalWriter.write(data, numbers: .exact, to: &output)
    } catch {
      let nodes = data.document.nodes
      let end = Int(nodes[data.index].next)
      let place = (data.index..<end).first { Int(nodes[$0].start) == error.offset } ?? data.index
      let pointer = JSONPlace.pointer(from: data.index, to: place, in: data.document)
      throw EventRejection(
        .number, "/data\(pointer)",
        "/data\(pointer) is a number that changes when it is stored (more digits than an IEEE "
          + "double keeps, or a whole one beyond 9007199254740991); write it as a string")
    }
  }

  private func write(_ value: Value, to output: inout [UInt8]) {
    switch value {
    case .json(let bytes): output += bytes
    case .time(let time):
      output.append(UInt8(ascii: "\""))
      time.write(to: &output)
      output.append(UInt8(ascii: "\""))
    case .view(let view): Self.writeAttribute(view, to: &output)
    }
  }

  /// An attribute is a string, a boolean or a small integer: its canonical form always exists.
  private static func writeAttribute(_ view: JSONView, to output: inout [UInt8]) {
    do throws(JSONError) {
      try CanonicalWriter.write(view, numbers: .exact, to: &output)
    } catch {
      preconditionFailure("attributes were checked: \(error.sentence)")
    }
  }

  private func writeExtensions(
    before attribute: EnvelopeAttribute?, from next: inout Int, to output: inout [UInt8]
  ) {
    while next < slots.extensionCount {
      let name = JSONView(document: event.document, index: slots.extensionName(next))
      let text = name.text ?? []
      if let attribute, attribute.name.utf8.lexicographicallyPrecedes(text) { return }
      Self.writeAttribute(name, to: &output)
      output.append(UInt8(ascii: ":"))
      Self.writeAttribute(
        JSONView(document: event.document, index: name.index + 1), to: &output)
      output.append(UInt8(ascii: ","))
      next += 1
    }
  }
}
