// Which fields of an answer somebody sees. A field that no table names is seen by nobody.

import JSONBytes

/// What the fields of an answer are made from.
indirect enum AnswerShape: Hashable, Sendable {
  /// A scalar, or a whole value, made from these fields of events (`order.completed.total`); from none: a number, a
  /// name or an instant of the ledger's own, which tells nothing that a department must be granted. `isPersonal`: it is
  /// about a person, and hidden from whoever may not read that.
  case made(from: [String], isPersonal: Bool)
  case object([String: AnswerShape])
  /// Elements of one shape.
  case list(AnswerShape)
  /// An object whose member `by` says which of these shapes it has; one of another kind is not there.
  case choice(by: String, [String: AnswerShape])
  /// An object that tells of an event, whose type stands in the member `by`: it is there where anything of that type is
  /// granted.
  case told(by: String, AnswerShape)

  /// Of the ledger's own.
  static let plain = made(from: [], isPersonal: false)

  static func of(_ fields: String...) -> AnswerShape { made(from: fields, isPersonal: false) }

  static func personal(_ fields: String...) -> AnswerShape { made(from: fields, isPersonal: true) }
}

/// Takes out of an answer what its reader may not see.
struct AnswerMask: Sendable {
  /// What stands in the place of what is about a person.
  static let hidden = "[hidden]"

  private let shape: AnswerShape
  private let reach: Reach
  private let granted: Set<String>
  /// The types of which anything is granted.
  private let types: Set<String>

  /// `granted`: the fields granted to the reader's department, as the sharing plan names them (`type.field.part`).
  /// They count for ``Reach/granted`` alone.
  init(_ shape: AnswerShape, reach: Reach, granted: Set<String> = []) {
    self.shape = shape
    self.reach = reach
    self.granted = granted
    var types: Set<String> = []
    for field in granted {
      for (place, byte) in zip(field.utf8.indices, field.utf8) where byte == UInt8(ascii: ".") {
        types.insert(String(field[..<place]))
      }
    }
    self.types = types
  }

  /// The answer without what may not be seen; null where nothing is left. Costs a pass over it.
  func masked(_ answer: JSONValue) -> JSONValue { kept(answer, shape).value ?? .null }

  /// What is left of a value.
  private struct Kept {
    /// Nil: it is not there.
    var value: JSONValue?
    /// Something of it was made from events, and something of that is left. An object of which nothing is left but
    /// numbers and names of the ledger's own says nothing any more, and goes.
    var isMade = false
    var isLeft = false

    static let gone = Kept(value: nil, isMade: true)
  }

  private func kept(_ value: JSONValue, _ shape: AnswerShape) -> Kept {
    switch shape {
    case .made(let fields, let isPersonal):
      var kept = Kept(value: value, isMade: !fields.isEmpty, isLeft: !fields.isEmpty)
      switch reach {
      case .whole, .own: break
      case .granted:
        if !fields.allSatisfy(granted.contains) { kept = .gone }
      case .hidden:
        if isPersonal, value != .null { kept.value = .string(Self.hidden) }
      }
      return kept
    case .object(let shapes): return kept(value, members: shapes)
    case .list(let shape):
      guard case .array(let elements) = value else { return Kept() }
      let all = elements.map { kept($0, shape) }
      return Kept(
        value: .array(all.compactMap(\.value)), isMade: all.contains(where: \.isMade),
        isLeft: all.contains(where: \.isLeft))
    case .choice(let name, let shapes):
      guard let kind = value[name]?.string, let shape = shapes[kind] else { return .gone }
      return kept(value, shape)
    case .told(let name, let shape):
      guard let type = value[name]?.string, reach != .granted || types.contains(type) else {
        return .gone
      }
      var kept = kept(value, shape)
      (kept.isMade, kept.isLeft) = (true, kept.value != nil)
      return kept
    }
  }

  private func kept(_ value: JSONValue, members shapes: [String: AnswerShape]) -> Kept {
    guard case .object(let members) = value else { return Kept() }
    var whole = Kept()
    var left: [JSONMember] = []
    for member in members {
      guard let shape = shapes[member.name] else { continue }
      let found = kept(member.value, shape)
      whole.isMade = whole.isMade || found.isMade
      whole.isLeft = whole.isLeft || found.isLeft
      if let value = found.value { left.append(JSONMember(member.name, value)) }
    }
    if !whole.isMade || whole.isLeft { whole.value = .object(left) }
    return whole
  }

  /// Every field of a shape with its path, for tables and tests: `who.spending[].gross`.
  static func fields(
    of shape: AnswerShape, at path: String = ""
  ) -> [(path: String, from: [String], isPersonal: Bool)] {
    switch shape {
    case .made(let from, let isPersonal): return [(path, from, isPersonal)]
    case .object(let shapes):
      return shapes.sorted { $0.key < $1.key }.flatMap {
        fields(of: $0.value, at: path.isEmpty ? $0.key : "\(path).\($0.key)")
      }
    case .list(let shape): return fields(of: shape, at: path + "[]")
    case .choice(let name, let shapes):
      return shapes.sorted { $0.key < $1.key }.flatMap {
        fields(of: $0.value, at: "\(path)<\(name)=\($0.key)>")
      }
    case .told(_, let shape): return fields(of: shape, at: path)
    }
  }
}
