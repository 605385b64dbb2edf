// Events for tests of the log: small, canonical, and without a catalogue.
package import JSONBytes
package import LogEngine

/// A prepared event, as the facade would hand it to the log: the canonical envelope, with the three
/// places marked where the ledger's own attributes go.
///
/// Without a `subject` it is about the whole ledger. `data` is rounded to what a double holds, as
/// canonical JSON is.
package func testEvent(
  id: String, source: String = "/test", subject: String? = nil, type: String = "test.noted",
  time: Timestamp = Timestamp(microseconds: 1_700_000_000_000_000), data: JSONValue = [:]
) -> NewEvent {
  let envelope: KeyValuePairs<String, JSONValue?> = [
    "data": data, "dataschema": .string("\(type)/1"), "id": .string(id),
    "source": .string(source), "specversion": "1.0", "subject": subject.map { .string($0) },
    "time": .string(time.text), "type": .string(type),
  ]
  var bytes: [UInt8] = []
  CanonicalWriter.write(JSONValue.object(envelope), to: &bytes)
  return testEvent(canonical: bytes, source: source, id: id, subject: subject, time: time)
}

/// The same from a whole envelope, which must be canonical and name what the arguments say. Traps
/// where it is not JSON.
package func testEvent(
  canonical bytes: [UInt8], source: String, id: String, subject: String?, time: Timestamp
) -> NewEvent {
  let document: JSONDocument
  do throws(JSONError) {
    document = try JSONDocument(scanning: bytes)
  } catch {
    preconditionFailure("a test event is JSON: \(error.sentence)")
  }
  func cut(before name: String) -> Int {
    for (member, value) in document.root.members where member > name {
      return Int(document.nodes[value.index - 1].start) - 1
    }
    preconditionFailure("every envelope has a source, which stands behind all three")
  }
  return NewEvent(
    bytes: bytes, recordedCut: cut(before: "recordedtime"), revisionCut: cut(before: "revision"),
    sequenceCut: cut(before: "sequence"), source: source, id: id, subject: subject, time: time)
}

/// An event whose entry counts `size` bytes, as the log counts them: with the longest revision.
/// Traps below some 400 bytes, which the envelope takes.
package func testEvent(
  id: String, subject: String? = nil, countedSize size: Int
) -> NewEvent {
  let empty = testEvent(id: id, subject: subject, data: ["text": ""])
  let room = size - empty.bytes.count - NewEvent.addedSizeMax
  precondition(room >= 0, "an entry has room for its envelope")
  return testEvent(
    id: id, subject: subject, data: ["text": .string(String(repeating: "x", count: room))])
}
