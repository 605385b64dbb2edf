import JSONBytes

/// The words that a step of an upcast may begin with. `docs/schemas.md` tells them to people, and a test runs each of
/// its examples.
package enum UpcastWord: String, CaseIterable, Sendable {
  case rename, move, `default`, drop, map, scale, split, join, wrap, call
}

/// One step of an upcast: what it does, and where in `data`.
struct UpcastStep: Sendable {
  enum Action: Sendable {
    case rename([String], to: String)
    case move([String], to: [String])
    case `default`([String], JSONValue)
    case drop([String])
    case map([String], UpcastTable)
    case scale([String], UpcastScale)
    case split([String], at: [UInt8], into: [[String]])
    case join([[String]], with: String, into: [String])
    /// Under a name in an object; nil for a list of one.
    case wrap([String], under: String?)
    case call([String], UpcastFunctions.Function)
  }

  let word: UpcastWord
  /// The pointer as the file has it.
  let pointer: String
  /// Parts up to the last `*`; the parts in `action` go on from there.
  let scope: [String]
  let action: Action

  /// Changes `data`. What the step names and `data` does not have is no fault: it was optional.
  func apply(to data: inout JSONValue) throws(UpcastFault) {
    try data.change(scope[...]) { (value: inout JSONValue) throws(UpcastFault) in
      try act(on: &value)
    }
  }

  private func act(on value: inout JSONValue) throws(UpcastFault) {
    switch action {
    case .rename(let parts, let name): try Self.rename(parts, to: name, in: &value)
    case .move(let parts, let target):
      if let taken = try value.take(parts[...]) { try value.put(taken, target[...]) }
    case .default(let parts, let given):
      // Only where the object is there that lacks it: what stands in an optional object is not asked for.
      guard case .object? = value.at(parts.dropLast()), value.at(parts[...]) == nil else { return }
      try value.put(given, parts[...])
    case .drop(let parts): _ = try value.take(parts[...])
    case .map(let parts, let table):
      try value.change(parts[...]) { (value: inout JSONValue) throws(UpcastFault) in
        value = try table.value(for: value)
      }
    case .scale(let parts, let scale):
      try value.change(parts[...]) { (value: inout JSONValue) throws(UpcastFault) in
        value = try scale.scaled(value)
      }
    case .split(let parts, let separator, let targets):
      try Self.split(parts, at: separator, into: targets, in: &value)
    case .join(let sources, let separator, let target):
      try Self.join(sources, with: separator, into: target, in: &value)
    case .wrap(let parts, let name):
      try value.change(parts[...]) { (value: inout JSONValue) throws(UpcastFault) in
        value = name.map { .object([JSONMember($0, value)]) } ?? .array([value])
      }
    case .call(let parts, let function):
      try value.change(parts[...]) { (value: inout JSONValue) throws(UpcastFault) in
        switch function(value) {
        case .success(let result): value = result
        case .failure(let refusal): throw UpcastFault("\(refusal.reason)")
        }
      }
    }
  }

  private static func rename(
    _ parts: [String], to name: String, in value: inout JSONValue
  ) throws(UpcastFault) {
    guard let last = parts.last else { return }
    try value.change(parts.dropLast()) { (parent: inout JSONValue) throws(UpcastFault) in
      switch parent {
      case .object(var members):
        guard let place = JSONValue.place(of: last, in: members) else { return }
        guard JSONValue.place(of: name, in: members) == nil else {
          throw UpcastFault("there is a member of the new name already")
        }
        parent = .null
        members[place].name = name
        parent = .object(members)
      case .array: throw UpcastFault("the value lies in an array, whose elements have no names")
      default: return
      }
    }
  }

  private static func split(
    _ parts: [String], at separator: [UInt8], into targets: [[String]], in value: inout JSONValue
  ) throws(UpcastFault) {
    guard let taken = try value.take(parts[...]) else { return }
    guard case .string(let text) = taken else {
      throw UpcastFault("the value is of type \(taken.word), not a string")
    }
    let pieces = pieces(of: Array(text.utf8), at: separator, most: targets.count)
    for (piece, target) in zip(pieces, targets) {
      try value.put(.string(String(decoding: piece, as: UTF8.self)), target[...])
    }
  }

  /// The text between the first separators; the last piece is the rest. Bytes are compared: UTF-8 never finds a
  /// character in the middle of another.
  private static func pieces(
    of text: [UInt8], at separator: [UInt8], most: Int
  ) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var start = 0
    var place = 0
    while pieces.count < most - 1, place + separator.count <= text.count {
      guard text[place..<place + separator.count].elementsEqual(separator) else {
        place += 1
        continue
      }
      pieces.append(text[start..<place])
      place += separator.count
      start = place
    }
    return pieces + [text[start...]]
  }

  private static func join(
    _ sources: [[String]], with separator: String, into target: [String],
    in value: inout JSONValue
  ) throws(UpcastFault) {
    var texts: [String] = []
    for source in sources {
      switch try value.take(source[...]) {
      case nil: break
      case .string(let text)?: texts.append(text)
      case let other?: throw UpcastFault("a part is of type \(other.word), not a string")
      }
    }
    if texts.isEmpty { return }
    try value.put(.string(texts.joined(separator: separator)), target[...])
  }
}
