import JSONBytes

/// A JSON Pointer (RFC 6901) into `data`. In an array the part `*` means every element, which the standard leaves
/// open: it knows no such element.
struct UpcastPointer: Hashable, Sendable {
  let text: String
  let parts: [String]

  /// Parts of one pointer: as deep as JSON is nested here.
  static let partsMax = 32

  /// Nil for what is no JSON Pointer, or is too deep.
  init?(_ text: String) {
    guard text.isEmpty || text.utf8.first == UInt8(ascii: "/"), Self.escapesExist(text) else {
      return nil
    }
    let parts = text.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false)
      .dropFirst().map { JSONPointer.unescaped(String($0)) }
    guard parts.count <= Self.partsMax else { return nil }
    self.text = text
    self.parts = parts
  }

  /// Behind `~` stands 0 or 1.
  private static func escapesExist(_ text: String) -> Bool {
    var isOpen = false
    for byte in text.utf8 {
      if isOpen, byte != UInt8(ascii: "0"), byte != UInt8(ascii: "1") { return false }
      isOpen = !isOpen && byte == UInt8(ascii: "~")
    }
    return !isOpen
  }

  /// Parts up to and including the last `*`.
  var scopeCount: Int { (parts.lastIndex(of: "*") ?? -1) + 1 }

  /// What the pointers of one step share: the parts up to the last `*` of any of them. Nil where they differ there,
  /// for then it is open which element belongs to which.
  static func scope(of pointers: [UpcastPointer]) -> [String]? {
    let count = pointers.map(\.scopeCount).max() ?? 0
    guard let first = pointers.first, first.parts.count >= count else { return nil }
    let scope = Array(first.parts.prefix(count))
    return pointers.allSatisfy { $0.parts.starts(with: scope) } ? scope : nil
  }
}

/// Why a step could not do its work; nothing of the value.
struct UpcastFault: Error, Hashable {
  var reason: String

  init(_ reason: String) { self.reason = reason }
}

/// Reading and changing a tree at the place that the parts of a pointer name. After a throw the tree is a part of
/// itself: whoever lifts an event gives it up.
extension JSONValue {
  /// The word for an error message.
  var word: String {
    switch self {
    case .null: JSONKind.null.word
    case .bool: JSONKind.true.word
    case .number: JSONKind.number.word
    case .string: JSONKind.string.word
    case .array: JSONKind.array.word
    case .object: JSONKind.object.word
    }
  }

  /// The place of a member by its name, byte by byte.
  static func place(of name: String, in members: [JSONMember]) -> Int? {
    members.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
  }

  /// The value at `parts`; nil where there is none.
  func at(_ parts: ArraySlice<String>) -> JSONValue? {
    guard let part = parts.first else { return self }
    switch self {
    case .object(let members):
      guard let place = Self.place(of: part, in: members) else { return nil }
      return members[place].value.at(parts.dropFirst())
    case .array(let elements):
      guard let index = JSONPointer.arrayIndex(part), index < elements.count else { return nil }
      return elements[index].at(parts.dropFirst())
    default: return nil
    }
  }

  /// Calls `body` with every value at `parts`, of which `*` names each element of an array. None is no fault.
  mutating func change(
    _ parts: ArraySlice<String>, _ body: (inout JSONValue) throws(UpcastFault) -> Void
  ) throws(UpcastFault) {
    guard let part = parts.first else { return try body(&self) }
    let rest = parts.dropFirst()
    switch self {
    case .object(var members):
      guard let place = Self.place(of: part, in: members) else { return }
      self = .null
      try members[place].value.change(rest, body)
      self = .object(members)
    case .array(var elements):
      self = .null
      if part == "*" {
        for index in elements.indices { try elements[index].change(rest, body) }
      } else if let index = JSONPointer.arrayIndex(part), index < elements.count {
        try elements[index].change(rest, body)
      }
      self = .array(elements)
    default: return
    }
  }

  /// Takes the value at `parts` out; nil where there is none. An element that is taken out of an array leaves no gap.
  mutating func take(_ parts: ArraySlice<String>) throws(UpcastFault) -> JSONValue? {
    guard let last = parts.last else { return nil }
    var taken: JSONValue?
    try change(parts.dropLast()) { (parent: inout JSONValue) throws(UpcastFault) in
      switch parent {
      case .object(var members):
        guard let place = Self.place(of: last, in: members) else { return }
        parent = .null
        taken = members.remove(at: place).value
        parent = .object(members)
      case .array(var elements):
        guard let index = JSONPointer.arrayIndex(last), index < elements.count else { return }
        parent = .null
        taken = elements.remove(at: index)
        parent = .array(elements)
      default: return
      }
    }
    return taken
  }

  /// Puts a value where none is; makes the objects on the way.
  mutating func put(
    _ value: JSONValue, _ parts: ArraySlice<String>
  ) throws(UpcastFault) {
    guard let part = parts.first else {
      throw UpcastFault("there is a value already where one is to go")
    }
    guard case .object(var members) = self else {
      throw UpcastFault("the value is to go into a value of type \(word), which takes no members")
    }
    let rest = parts.dropFirst()
    let place = Self.place(of: part, in: members)
    self = .null
    if let place {
      try members[place].value.put(value, rest)
    } else {
      var member = JSONMember(part, rest.isEmpty ? value : .object([]))
      if !rest.isEmpty { try member.value.put(value, rest) }
      members.append(member)
    }
    self = .object(members)
  }
}
