import JSONBytes

/// From a place in scanned JSON to the JSON Pointer (RFC 6901) that a person can follow.
enum JSONPlace {
  /// The pointer of the value, or of the member whose name stands, at node `place` below node
  /// `root`.
  ///
  /// A member name that a sender made up may be personal: where one does not look like a field
  /// name, the pointer ends at the object that holds it. Costs the nodes stepped over; asked only
  /// when something is wrong. With `exact` every name is written, for programs that go back to the
  /// place.
  static func pointer(
    from root: Int, to place: Int, in document: JSONDocument, exact: Bool = false
  ) -> String {
    let nodes = document.nodes
    var pointer = ""
    var own = root
    descent: while own < place {
      let end = Int(nodes[own].next)
      guard place < end else { break }
      switch nodes[own].kind {
      case .array:
        var element = own + 1
        var number = 0
        while element < end, Int(nodes[element].next) <= place {
          element = Int(nodes[element].next)
          number += 1
        }
        pointer += "/\(number)"
        own = element
      case .object:
        var name = own + 1
        while name < end, Int(nodes[name + 1].next) <= place { name = Int(nodes[name + 1].next) }
        let text = JSONText.decoded(nodes[name], document.bytes)
        guard exact || isFieldName(text) else { break descent }
        pointer = JSONPointer.appending(String(decoding: text, as: UTF8.self), to: pointer)
        if place == name { break descent }
        own = name + 1
      default: break descent
      }
    }
    return pointer
  }

  /// A name as programs have them: a letter, `$` or `_`, then letters, digits, `-`, `_`, at most
  /// 64, and too few digits for a number that means somebody.
  static func isFieldName(_ name: [UInt8]) -> Bool {
    guard let first = name.first, name.count <= 64, !TextRules.isDigit(first) else { return false }
    var digits = 0
    for byte in name {
      if TextRules.isDigit(byte) { digits += 1 }
      guard
        TextRules.isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
          || byte == UInt8(ascii: "$")
      else { return false }
    }
    return digits <= 4
  }
}
