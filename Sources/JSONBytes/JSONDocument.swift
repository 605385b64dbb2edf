/// Scanned JSON: the bytes, and the nodes that point into them. Shared by all views of it.
package final class JSONDocument: Sendable {
  /// The text, or several texts.
  package let bytes: [UInt8]
  /// What the scanner found, in the order of the text.
  package let nodes: [JSONNode]

  /// Joins bytes with the nodes that ``JSONScanner`` made of them. One document may hold many
  /// texts.
  package init(bytes: [UInt8], nodes: [JSONNode]) {
    self.bytes = bytes
    self.nodes = nodes
  }

  /// Scans one text that is one value.
  package convenience init(scanning bytes: [UInt8]) throws(JSONError) {
    var scanner = JSONScanner()
    _ = try scanner.scan(bytes.span, in: 0..<bytes.count)
    self.init(bytes: bytes, nodes: scanner.takeNodes())
  }

  /// The first value.
  package var root: JSONView { JSONView(document: self, index: 0) }

  /// The node of the value of an object's member; nil where there is none, or `index` is no object.
  ///
  /// Names are compared by their bytes; most differ in length already.
  fileprivate func member(of index: Int, named name: UnsafeBufferPointer<UInt8>) -> Int? {
    let (allNodes, allBytes) = (self.nodes, self.bytes)
    let nodes = allNodes.span
    let bytes = allBytes.span
    let own = nodes[index]
    guard own.kind == .object else { return nil }
    let end = Int(own.next)
    var place = index + 1
    while place < end {
      let node = nodes[place]
      let start = Int(node.start)
      if node.isEscaped {
        // Safe: the caller lends `name` for this call.
        if unsafe JSONText.decoded(node, self.bytes).elementsEqual(name) { return place + 1 }
      } else if Int(node.end) - start == name.count {
        var offset = 0
        // Safe: as above, and the offset is below its count.
        while offset < name.count, unsafe bytes[start + offset] == name[offset] { offset += 1 }
        if offset == name.count { return place + 1 }
      }
      place = Int(nodes[place + 1].next)
    }
    return nil
  }
}

/// One value of a document. Reading costs no more than the nodes stepped over; nothing is decoded
/// until asked.
package struct JSONView: Sendable {
  /// Where the value lies.
  package let document: JSONDocument
  /// The value's node in ``JSONDocument/nodes``.
  package let index: Int

  /// A view of the value whose node is `index`.
  package init(document: JSONDocument, index: Int) {
    self.document = document
    self.index = index
  }

  /// The value's node.
  package var node: JSONNode { document.nodes[index] }
  /// What the value is.
  package var kind: JSONKind { node.kind }
  /// Elements of an array or members of an object; 0 for anything else.
  package var count: Int { node.count }

  /// The bytes of the value as they stand in the text, quotes of a string included.
  package var source: ArraySlice<UInt8> {
    let node = node
    return node.kind == .string
      ? document.bytes[Int(node.start) - 1..<Int(node.end) + 1]
      : document.bytes[Int(node.start)..<Int(node.end)]
  }

  /// The UTF-8 text of a string; nil for anything else.
  package var text: ArraySlice<UInt8>? {
    let node = node
    guard node.kind == .string else { return nil }
    if node.isEscaped { return JSONText.decoded(node, document.bytes)[...] }
    return document.bytes[Int(node.start)..<Int(node.end)]
  }

  /// The text of a string; nil for anything else.
  package var string: String? { text.map { String(decoding: $0, as: UTF8.self) } }

  /// True or false; nil for anything else.
  package var bool: Bool? {
    switch kind {
    case .true: true
    case .false: false
    default: nil
    }
  }

  /// The number as written; nil for anything else.
  package var numberText: String? {
    kind == .number ? String(decoding: source, as: UTF8.self) : nil
  }

  /// A number that is written as an integer and fits; nil for anything else.
  package var integer: Int64? {
    guard kind == .number else { return nil }
    if node.isPlainInteger {
      var value: Int64 = 0
      var negative = false
      for byte in source {
        if byte == UInt8(ascii: "-") {
          negative = true
        } else {
          value = value * 10 + Int64(byte - 0x30)
        }
      }
      return negative ? -value : value
    }
    return numberText.flatMap { Int64($0) }
  }

  /// A number as the nearest IEEE double; nil for anything else. Never use it for money.
  package var double: Double? { numberText.flatMap { Double($0) } }

  /// The member called `name`; nil if there is none or this is no object. Steps over the members
  /// before it.
  package subscript(name: String) -> JSONView? {
    var name = name
    let found = name.withUTF8 { unsafe document.member(of: index, named: $0) }
    return found.map { JSONView(document: document, index: $0) }
  }

  /// Whether this is the string `text`.
  package func equals(_ text: String) -> Bool {
    kind == .string && isText(at: index, equalTo: text)
  }

  private func isText(at place: Int, equalTo text: String) -> Bool {
    let node = document.nodes[place]
    if node.isEscaped {
      return JSONText.decoded(node, document.bytes).elementsEqual(text.utf8)
    }
    let count = Int(node.end - node.start)
    guard count == text.utf8.count else { return false }
    var offset = Int(node.start)
    for byte in text.utf8 {
      if document.bytes[offset] != byte { return false }
      offset += 1
    }
    return true
  }

  /// The elements of an array, in order; none for anything else.
  package var elements: Elements { Elements(document: document, own: index) }

  /// The members of an object, in the order of the text; none for anything else.
  package var members: Members { Members(document: document, own: index) }

  /// The elements of an array, one after another.
  package struct Elements: Sequence, IteratorProtocol, Sendable {
    let document: JSONDocument
    var place: Int
    let end: Int

    init(document: JSONDocument, own: Int) {
      self.document = document
      let node = document.nodes[own]
      place = own + 1
      end = node.kind == .array ? Int(node.next) : own + 1
    }

    /// The next element; nil at the end.
    package mutating func next() -> JSONView? {
      guard place < end else { return nil }
      defer { place = Int(document.nodes[place].next) }
      return JSONView(document: document, index: place)
    }
  }

  /// The members of an object, one after another.
  package struct Members: Sequence, IteratorProtocol, Sendable {
    let document: JSONDocument
    var place: Int
    let end: Int

    init(document: JSONDocument, own: Int) {
      self.document = document
      let node = document.nodes[own]
      place = own + 1
      end = node.kind == .object ? Int(node.next) : own + 1
    }

    /// The next member; nil at the end.
    package mutating func next() -> (name: String, value: JSONView)? {
      guard place < end else { return nil }
      let name = JSONView(document: document, index: place)
      let value = JSONView(document: document, index: place + 1)
      place = Int(document.nodes[place + 1].next)
      return (name.string ?? "", value)
    }
  }

  /// The value the RFC 6901 JSON Pointer names below this one; nil if there is none. An empty
  /// pointer is this value.
  package func at(pointer: String) -> JSONView? {
    if pointer.isEmpty { return self }
    let scalars = pointer.unicodeScalars
    guard scalars.first == "/" else { return nil }
    var view = self
    for part in scalars.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      let name = JSONPointer.unescaped(String(part))
      switch view.kind {
      case .object:
        guard let member = view[name] else { return nil }
        view = member
      case .array:
        guard let place = JSONPointer.arrayIndex(name), place < view.count else { return nil }
        var elements = view.elements
        for _ in 0..<place { _ = elements.next() }
        guard let element = elements.next() else { return nil }
        view = element
      default: return nil
      }
    }
    return view
  }

  /// The value as a tree of its own, apart from the document.
  package var value: JSONValue {
    switch kind {
    case .null: .null
    case .true: .bool(true)
    case .false: .bool(false)
    case .number: .number(numberText ?? "0")
    case .string: .string(string ?? "")
    case .array: .array(elements.map(\.value))
    case .object: .object(members.map { JSONMember($0.name, $0.value.value) })
    }
  }
}

/// The parts of an RFC 6901 JSON Pointer.
package enum JSONPointer {
  /// The member name of one part: `~1` is `/`, `~0` is `~`. By scalars, for a name may begin with a
  /// mark that would join the character before it.
  package static func unescaped(_ part: some StringProtocol) -> String {
    guard part.utf8.contains(UInt8(ascii: "~")) else { return String(part) }
    var name = String.UnicodeScalarView()
    var tilde = false
    for scalar in part.unicodeScalars {
      if tilde {
        name.append(scalar == "1" ? "/" : "~")
        if scalar != "0", scalar != "1" { name.append(scalar) }
        tilde = false
      } else if scalar == "~" {
        tilde = true
      } else {
        name.append(scalar)
      }
    }
    return String(name)
  }

  /// `pointer` with one more part.
  package static func appending(_ name: String, to pointer: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      switch scalar {
      case "~": escaped.append(contentsOf: "~0".unicodeScalars)
      case "/": escaped.append(contentsOf: "~1".unicodeScalars)
      default: escaped.append(scalar)
      }
    }
    return pointer + "/" + String(escaped)
  }

  /// The index that a part names in an array (RFC 6901, 4); nil where it names none.
  package static func arrayIndex(_ part: String) -> Int? {
    guard part == "0" || !part.hasPrefix("0"), part.allSatisfy({ $0.isASCII && $0.isNumber })
    else { return nil }
    return Int(part)
  }
}
