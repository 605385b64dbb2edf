internal import JSONBytes

/// The members of an entry that the engine itself needs, as spans of its bytes.
struct EntryNames {
  var source: ArraySlice<UInt8>
  var id: ArraySlice<UInt8>
  var subject: ArraySlice<UInt8>?
  /// As stated; nil where there is none from 1 on.
  var revision: UInt32?

  /// Nil when source or id is missing or no string. Escapes are undone.
  init?(_ nodes: [JSONNode], at root: Int, _ bytes: [UInt8]) {
    guard nodes[root].kind == .object else { return nil }
    var source: ArraySlice<UInt8>?
    var id: ArraySlice<UInt8>?
    let end = Int(nodes[root].next)
    var place = root + 1
    while place < end {
      let name = bytes[Int(nodes[place].start)..<Int(nodes[place].end)]
      let value = nodes[place + 1]
      if value.kind == .string {
        if name.elementsEqual("id".utf8) {
          id = Self.text(value, bytes)
        } else if name.elementsEqual("source".utf8) {
          source = Self.text(value, bytes)
        } else if name.elementsEqual("subject".utf8) {
          subject = Self.text(value, bytes)
        }
      }
      if value.kind == .number, name.elementsEqual("revision".utf8), value.isPlainInteger {
        let digits = bytes[Int(value.start)..<Int(value.end)]
        revision = UInt32(String(decoding: digits, as: UTF8.self)).flatMap { $0 > 0 ? $0 : nil }
      }
      place = Int(value.next)
    }
    guard let source, let id else { return nil }
    self.source = source
    self.id = id
  }

  private static func text(_ node: JSONNode, _ bytes: [UInt8]) -> ArraySlice<UInt8> {
    node.isEscaped
      ? JSONText.decoded(node, bytes)[...] : bytes[Int(node.start)..<Int(node.end)]
  }
}
