// From text to event: shape, canonical bytes, and where personal fields will be encrypted.

package import EventCatalog
package import JSONBytes
package import LogEngine
import Transparency

/// Checks texts against the catalogue and makes them ready for the log. Immutable; any number of tasks use it at once.
package struct Intake: Sendable {
  package let catalog: Catalog
  private let guarded: GuardedTypes

  /// `isShipped`: the types that ship mean what their names say; of a catalogue that an organisation brought nobody knows.
  package init(catalog: Catalog, isShipped: Bool = true) {
    self.catalog = catalog
    guarded = GuardedTypes(catalog, isShipped: isShipped)
  }

  /// Scans and checks each text. What does not fit becomes a ``Rejection``; the others keep their order.
  func prepare(_ texts: EventTexts) -> AppendPipeline.Prepared {
    var prepared = AppendPipeline.Prepared(texts: texts)
    prepared.events.reserveCapacity(texts.items.count)
    prepared.items.reserveCapacity(texts.items.count)
    var scanner = JSONScanner()
    var scanned: [(item: EventTexts.Item, node: Int)] = []
    scanned.reserveCapacity(texts.items.count)
    for item in texts.items {
      do throws(JSONError) {
        scanned.append((item, try scanner.scan(texts.bytes.span, in: item.range)))
      } catch {
        prepared.rejections.append(
          Rejection(
            line: item.line, code: "event.json",
            sentence: "column \(error.column): \(error.reason.rawValue)",
            content: Array(texts.bytes[item.range])))
      }
    }
    let document = JSONDocument(bytes: texts.bytes, nodes: scanner.takeNodes())
    for (item, node) in scanned {
      do throws(EventRejection) {
        let (event, kind) = try checked(JSONView(document: document, index: node))
        if let kind { prepared.guarded[prepared.events.count] = kind }
        prepared.events.append(event)
        prepared.items.append(item)
      } catch {
        prepared.rejections.append(
          Rejection(
            line: item.line, code: error.code.rawValue, sentence: error.sentence,
            content: Array(texts.bytes[item.range])))
      }
    }
    return prepared
  }

  /// The event that a CloudEvents envelope describes, checked and canonical.
  package func event(_ view: JSONView) throws(EventRejection) -> NewEvent {
    try checked(view).event
  }

  /// The same, and what the door asks of it; nil for nearly all.
  private func checked(_ view: JSONView) throws(EventRejection) -> (event: NewEvent, Guarded?) {
    let checked = try Envelope.check(view, using: catalog)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(view.source.count + 96)
    let places = try checked.write(to: &bytes) { (data, output) throws(EventRejection) in
      try PersonalFields.write(data, of: checked, to: &output)
    }
    var event = NewEvent(
      bytes: bytes, recordedCut: places.recordedtime, revisionCut: places.revision,
      sequenceCut: places.sequence,
      key: Hash128.of(source: checked.source.text ?? [], id: checked.id.text ?? []),
      customer: checked.subject.map { Hash128.of(subject: $0.text ?? []) }, time: checked.time)
    event.changesGroups = guarded.changesGroups(checked)
    return (event, guarded.kind(of: checked))
  }
}

/// The one place where fields about a person become ciphertext, once there are keys per customer.
enum PersonalFields {
  /// Appends the canonical form of `data`. There are no keys yet: every field is written in clear, `ledger.json`
  /// says so, and `rapport doctor` warns.
  static func write(
    _ data: JSONView, of event: CheckedEvent, to output: inout [UInt8]
  ) throws(EventRejection) {
    try CheckedEvent.writeData(data, to: &output)
  }
}
