/// Writes RFC 8785 (JCS): members sorted by the UTF-16 code units of their names, no blanks,
/// ECMAScript numbers, shortest escapes. The bytes that are hashed for ever.
package enum CanonicalWriter {
  /// What to do with a number whose decimal value an IEEE double cannot keep.
  package enum Numbers: Sendable {
    /// Round it, as RFC 8785 does; what is beyond every double is refused.
    case rounded
    /// Refuse it, and whole numbers beyond ±(2⁵³−1): two readers would see two values.
    case exact
  }

  /// Appends the canonical form of a scanned value.
  ///
  /// Throws ``JSONError/Reason/inexactNumber`` for numbers that `numbers` refuses; `output` then
  /// holds a part. A string without escapes and a plain integer are copied as they stand.
  package static func write(
    _ view: JSONView, numbers: Numbers, to output: inout [UInt8]
  ) throws(JSONError) {
    let document = view.document
    let node = document.nodes[view.index]
    // What is canonical as it stands, as most of what programs write is, is copied in one piece.
    let isString = node.kind == .string
    let start = isString ? Int(node.start) - 1 : Int(node.start)
    if let end = canonicalEnd(view.index, from: start, document.nodes, document.bytes) {
      output.append(document.bytes, from: start, to: end)
      return
    }
    try write(view.index, of: document, numbers, &output)
  }

  /// Where a value that begins at `start` ends, if its text is canonical; nil where it may not be: it has blanks,
  /// escapes, members in another order, or numbers other than plain integers.
  private static func canonicalEnd(
    _ index: Int, from start: Int, _ nodes: [JSONNode], _ bytes: [UInt8]
  ) -> Int? {
    let node = nodes[index]
    switch node.kind {
    case .string:
      return node.isEscaped || Int(node.start) != start + 1 ? nil : Int(node.end) + 1
    case .number:
      return node.isPlainInteger && Int(node.start) == start ? Int(node.end) : nil
    case .null, .true, .false: return Int(node.start) == start ? Int(node.end) : nil
    case .array, .object:
      guard Int(node.start) == start else { return nil }
      let isObject = node.kind == .object
      let last = Int(node.next)
      var place = index + 1
      // Behind the bracket, or the comma.
      var offset = start + 1
      var before = -1
      while place < last {
        if isObject {
          guard let end = canonicalEnd(place, from: offset, nodes, bytes),
            before < 0 || precedes(nodes[before], nodes[place], bytes)
          else { return nil }
          before = place
          // Behind the colon.
          offset = end + 1
          place += 1
        }
        guard let end = canonicalEnd(place, from: offset, nodes, bytes) else { return nil }
        place = Int(nodes[place].next)
        offset = place < last ? end + 1 : end
      }
      // Here the closing bracket stands, unless there are blanks.
      return offset + 1 == Int(node.end) ? offset + 1 : nil
    }
  }

  /// Whether a name comes before another, both without escapes. Names that are not ASCII throughout are told apart as
  /// UTF-16 by ``JSONText``: here they are taken for unordered.
  private static func precedes(
    _ one: JSONNode, _ other: JSONNode, _ bytes: [UInt8]
  ) -> Bool {
    let counts = (Int(one.end - one.start), Int(other.end - other.start))
    for place in 0..<min(counts.0, counts.1) {
      let left = bytes[Int(one.start) + place]
      let right = bytes[Int(other.start) + place]
      if left != right { return left < 0x80 && right < 0x80 && left < right }
    }
    return counts.0 < counts.1
  }

  /// Appends the canonical form of a tree. Numbers are rounded.
  package static func write(_ value: JSONValue, to output: inout [UInt8]) {
    switch value {
    case .null, .bool, .string: value.write(to: &output)
    case .number(let text): output += canonicalNumber(text).utf8
    case .array(let elements):
      output.append(UInt8(ascii: "["))
      for (place, element) in elements.enumerated() {
        if place > 0 { output.append(UInt8(ascii: ",")) }
        write(element, to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let members):
      output.append(UInt8(ascii: "{"))
      let sorted = members.sorted {
        JSONText.precedesInUTF16(Array($0.name.utf8), Array($1.name.utf8))
      }
      for (place, member) in sorted.enumerated() {
        if place > 0 { output.append(UInt8(ascii: ",")) }
        JSONText.appendQuoted(member.name.utf8, to: &output)
        output.append(UInt8(ascii: ":"))
        write(member.value, to: &output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }

  private static func write(
    _ index: Int, of document: JSONDocument, _ numbers: Numbers, _ output: inout [UInt8]
  ) throws(JSONError) {
    let node = document.nodes[index]
    switch node.kind {
    case .null, .true, .false:
      output.append(document.bytes, from: Int(node.start), to: Int(node.end))
    case .number:
      if node.isPlainInteger {
        output.append(document.bytes, from: Int(node.start), to: Int(node.end))
      } else {
        let text = String(
          decoding: document.bytes[Int(node.start)..<Int(node.end)], as: UTF8.self)
        guard let value = Double(text), value.isFinite,
          numbers == .rounded || keepsExactly(text, value)
        else {
          let bytes = document.bytes
          throw JSONError(.inexactNumber, at: Int(node.start), in: bytes.span, from: 0)
        }
        output += ecmaScript(value).utf8
      }
    case .string: writeString(node, of: document, &output)
    case .array:
      output.append(UInt8(ascii: "["))
      let end = Int(node.next)
      var place = index + 1
      while place < end {
        if place > index + 1 { output.append(UInt8(ascii: ",")) }
        try write(place, of: document, numbers, &output)
        place = Int(document.nodes[place].next)
      }
      output.append(UInt8(ascii: "]"))
    case .object:
      output.append(UInt8(ascii: "{"))
      var first = true
      for name in sortedNames(of: index, document) {
        if !first { output.append(UInt8(ascii: ",")) }
        first = false
        writeString(document.nodes[name], of: document, &output)
        output.append(UInt8(ascii: ":"))
        try write(name + 1, of: document, numbers, &output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }

  private static func writeString(
    _ node: JSONNode, of document: JSONDocument, _ output: inout [UInt8]
  ) {
    if node.isEscaped {
      JSONText.appendQuoted(JSONText.decoded(node, document.bytes), to: &output)
    } else {
      output.append(document.bytes, from: Int(node.start) - 1, to: Int(node.end) + 1)
    }
  }

  /// Indexes of the name nodes of an object, in canonical order. Most sources sort already: then
  /// this only looks.
  private static func sortedNames(of index: Int, _ document: JSONDocument) -> [Int] {
    let nodes = document.nodes
    let end = Int(nodes[index].next)
    var names: [Int] = []
    names.reserveCapacity(nodes[index].count)
    var escaped = false
    var place = index + 1
    while place < end {
      escaped = escaped || nodes[place].isEscaped
      names.append(place)
      place = Int(nodes[place + 1].next)
    }
    if escaped {
      let decoded = names.map { (JSONText.decoded(nodes[$0], document.bytes), $0) }
      return decoded.sorted { JSONText.precedesInUTF16($0.0, $1.0) }.map(\.1)
    }
    // Insertion sort: names come nearly sorted, and there are few.
    let bytes = document.bytes
    func precedes(_ one: Int, _ other: Int) -> Bool {
      let a = nodes[one]
      let b = nodes[other]
      return JSONText.precedesInUTF16(
        bytes[Int(a.start)..<Int(a.end)], bytes[Int(b.start)..<Int(b.end)])
    }
    if names.count > 64 { return names.sorted(by: precedes) }
    for place in names.indices.dropFirst() {
      let name = names[place]
      var hole = place
      while hole > 0, precedes(name, names[hole - 1]) {
        names[hole] = names[hole - 1]
        hole -= 1
      }
      names[hole] = name
    }
    return names
  }

  /// ECMAScript's `Number::toString` of the double nearest to `text`, a JSON number; `text` itself
  /// where it is beyond every double.
  package static func canonicalNumber(_ text: String) -> String {
    guard let value = Double(text), value.isFinite else { return text }
    return ecmaScript(value)
  }

  /// ECMAScript's `Number::toString` of a finite double (ECMA-262, 6.1.6.1.20).
  package static func ecmaScript(_ value: Double) -> String {
    precondition(value.isFinite, "JSON has no NaN and no infinity")
    if value == 0 { return "0" }
    // Swift prints the shortest digits that give the same double, as ECMAScript asks; only the form
    // differs.
    let number = Digits(value.description)
    let count = number.digits.count
    let point = number.pointBehind
    let sign = number.negative ? "-" : ""
    let digits = number.digits
    if count <= point, point <= 21 {
      return sign + digits + String(repeating: "0", count: point - count)
    }
    if 0 < point, point <= 21 {
      return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    }
    if -6 < point, point <= 0 {
      return sign + "0." + String(repeating: "0", count: -point) + digits
    }
    let exponent = point - 1
    let tail = (exponent < 0 ? "e-" : "e+") + String(abs(exponent))
    return count == 1
      ? sign + digits + tail : sign + digits.prefix(1) + "." + digits.dropFirst() + tail
  }

  /// The largest whole number of which a double also keeps both neighbours: 2⁵³−1 (RFC 7493, 2.2).
  private static let wholeMax = 9_007_199_254_740_991.0

  private static func keepsExactly(_ text: String, _ value: Double) -> Bool {
    abs(value) <= wholeMax && sameDecimal(text, ecmaScript(value))
  }

  /// Whether two JSON numbers have the same decimal value.
  static func sameDecimal(_ one: String, _ other: String) -> Bool {
    let a = Digits(one)
    let b = Digits(other)
    if a.digits.isEmpty || b.digits.isEmpty { return a.digits.isEmpty && b.digits.isEmpty }
    return a.negative == b.negative && a.digits == b.digits && a.pointBehind == b.pointBehind
  }

  /// A decimal as significant digits without zeros around them, and how many of them stand before
  /// the point (negative: zeros behind the point). Zero has no digits.
  private struct Digits {
    var negative = false
    var digits = ""
    var pointBehind = 0

    private static let exponentMax = 1 << 40

    init(_ text: String) {
      var exponent = 0
      var mantissa = Substring(text)
      if let mark = mantissa.firstIndex(where: { $0 == "e" || $0 == "E" }) {
        // An exponent so large is beyond every double; clamped, it can be added to without
        // overflow.
        let power = Int(mantissa[mantissa.index(after: mark)...]) ?? Self.exponentMax
        exponent = min(max(power, -Self.exponentMax), Self.exponentMax)
        mantissa = mantissa[..<mark]
      }
      if mantissa.hasPrefix("-") {
        negative = true
        mantissa.removeFirst()
      }
      var before = 0
      var seenPoint = false
      for character in mantissa {
        if character == "." {
          seenPoint = true
        } else {
          if digits.isEmpty, character == "0" {
            if seenPoint { before -= 1 }
            continue
          }
          digits.append(character)
          if !seenPoint { before += 1 }
        }
      }
      while digits.hasSuffix("0") { digits.removeLast() }
      pointBehind = before + exponent
    }
  }
}
