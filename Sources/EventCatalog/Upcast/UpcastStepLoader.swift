// Reads the steps of an upcast: which members each has, and where it may work.

import JSONBytes

extension UpcastStep {
  /// Reads one step: an object with the word of a step, and what belongs to it.
  init(
    _ view: JSONView, _ place: String, _ file: String, _ functions: UpcastFunctions
  ) throws(SchemaError) {
    var reader = UpcastStepReader(members: try UpcastMembers(view, place, file))
    let words = UpcastWord.allCases.filter { reader.members.has($0.rawValue) }
    guard let word = words.first else {
      let known = UpcastWord.allCases.map(\.rawValue).joined(separator: ", ")
      let first = view.members.map(\.name).first ?? ""
      throw reader.members.fault(
        .unknownStep, first, "a step begins with one of \(known)")
    }
    guard words.count == 1 else {
      throw reader.members.fault(
        .malformed, words[1].rawValue, "a step does one thing; write two steps")
    }
    try reader.members.skipDescription()
    let action = try reader.action(word, functions)
    try reader.members.finish()
    self.word = word
    pointer = reader.pointers[0].text
    scope = reader.scope
    self.action = action
  }
}

/// What a step is made from.
private struct UpcastStepReader {
  var members: UpcastMembers
  var pointers: [UpcastPointer] = []
  var scope: [String] = []

  init(members: UpcastMembers) { self.members = members }

  mutating func action(
    _ word: UpcastWord, _ functions: UpcastFunctions
  ) throws(SchemaError) -> UpcastStep.Action {
    let name = word.rawValue
    switch word {
    case .rename:
      try read(name)
      let new = try members.string("to")
      let parts = try member(0, name)
      guard new != parts.last else {
        throw members.fault(.malformed, "to", "is the name that the member has already")
      }
      return .rename(parts, to: new)
    case .move:
      try read(name, "to")
      let parts = try member(0, name)
      let target = try member(1, "to")
      guard parts != target else {
        throw members.fault(.malformed, "to", "is the place where the value lies already")
      }
      return .move(parts, to: target)
    case .default:
      try read(name)
      let value = try members.required("value").value
      return .default(try member(0, name), value)
    case .drop:
      try read(name)
      return .drop(try member(0, name))
    case .map:
      try read(name)
      return .map(try part(0, name), try table())
    case .scale:
      try read(name)
      return .scale(try part(0, name), try scale())
    case .split: return try split()
    case .join: return try join()
    case .wrap:
      try read(name)
      return .wrap(relative(0), under: try wrapping())
    case .call: return try call(functions)
    }
  }

  // MARK: Pointers

  /// Reads the pointers under `names`, the first of which says where the step works.
  private mutating func read(_ names: String...) throws(SchemaError) {
    for name in names { pointers.append(try pointer(try members.string(name), name)) }
    try findScope(names[0])
  }

  private func pointer(_ text: String, _ name: String) throws(SchemaError) -> UpcastPointer {
    guard let pointer = UpcastPointer(text) else {
      throw members.fault(
        .malformed, name,
        "must be a JSON Pointer (RFC 6901) of at most \(UpcastPointer.partsMax) parts, such as "
          + "/lines/*/sku")
    }
    return pointer
  }

  private mutating func pointers(_ name: String) throws(SchemaError) -> [UpcastPointer] {
    let list = try members.required(name)
    guard list.kind == .array, (2...16).contains(list.count) else {
      throw members.fault(.malformed, name, "must be a list of 2 to 16 JSON Pointers")
    }
    var found: [UpcastPointer] = []
    for element in list.elements {
      guard let text = element.string else {
        throw members.fault(.malformed, name, "must be a list of 2 to 16 JSON Pointers")
      }
      let pointer = try pointer(text, name)
      guard !found.contains(pointer) else {
        throw members.fault(.malformed, name, "names one place twice")
      }
      found.append(pointer)
    }
    return found
  }

  private mutating func findScope(_ name: String) throws(SchemaError) {
    guard let scope = UpcastPointer.scope(of: pointers) else {
      throw members.fault(
        .malformed, name,
        "all pointers of a step must be alike up to the last *, or it is open which element is meant"
      )
    }
    self.scope = scope
  }

  private func relative(_ number: Int) -> [String] {
    Array(pointers[number].parts.dropFirst(scope.count))
  }

  /// Below the scope: a member of an object, not an element of a list.
  private func member(_ number: Int, _ name: String) throws(SchemaError) -> [String] {
    let parts = relative(number)
    guard !parts.isEmpty else {
      throw members.fault(
        .malformed, name, "must name a member, neither the whole data nor all elements of a list")
    }
    return parts
  }

  /// A part of the data, not all of it.
  private func part(_ number: Int, _ name: String) throws(SchemaError) -> [String] {
    guard !pointers[number].parts.isEmpty else {
      throw members.fault(.malformed, name, "must name a part of the data, not the whole")
    }
    return relative(number)
  }

  // MARK: Steps with more to say

  private mutating func table() throws(SchemaError) -> UpcastTable {
    let list = try members.required("values")
    guard list.kind == .array, (1...Upcast.linesMax).contains(list.count) else {
      throw members.fault(
        .malformed, "values", "must be a list of 1 to \(Upcast.linesMax) pairs [old, new]")
    }
    var table = UpcastTable()
    for line in list.elements {
      let pair = line.elements.map(\.value)
      guard pair.count == 2, let key = UpcastTable.key(pair[0]) else {
        throw members.fault(
          .malformed, "values",
          "each line is a pair [old, new], and old is a string, a number, true, false or null")
      }
      guard table.add(key, pair[1]) else {
        throw members.fault(.malformed, "values", "an old value stands in two lines")
      }
    }
    let isKept = members.has("keepOthers")
    if isKept {
      guard try members.required("keepOthers").bool == true else {
        throw members.fault(.malformed, "keepOthers", "is true, or is left away")
      }
      table.unlisted = .stays
    }
    if let other = members.optional("others") {
      guard !isKept else {
        throw members.fault(.malformed, "others", "cannot stand beside keepOthers")
      }
      table.unlisted = .becomes(other.value)
    }
    return table
  }

  private mutating func scale() throws(SchemaError) -> UpcastScale {
    var factors: [Int64] = []
    for name in ["times", "over"] {
      guard members.has(name) else {
        factors.append(1)
        continue
      }
      let factor = try members.integer(name)
      guard (2...1_000_000_000_000_000).contains(factor) else {
        throw members.fault(.malformed, name, "must be a whole number from 2 to 10^15")
      }
      factors.append(factor)
    }
    guard factors[0] != factors[1] else {
      throw members.fault(.malformed, "times", "and over must change something between them")
    }
    var scale = UpcastScale(times: factors[0], over: factors[1], form: .same, placesMin: 0)
    if members.has("as") {
      switch try members.string("as") {
      case "number": scale.form = .number
      case "text": scale.form = .text
      default: throw members.fault(.malformed, "as", "must be number or text")
      }
    }
    if members.has("places") {
      let places = try members.integer("places")
      guard (1...12).contains(places), scale.form == .text else {
        throw members.fault(
          .malformed, "places", "must be a whole number from 1 to 12, beside \"as\": \"text\"")
      }
      scale.placesMin = Int(places)
    }
    return scale
  }

  private mutating func split() throws(SchemaError) -> UpcastStep.Action {
    let name = UpcastWord.split.rawValue
    pointers = [try pointer(try members.string(name), name)]
    let separator = try members.string("at")
    guard !separator.isEmpty else {
      throw members.fault(.malformed, "at", "must be a text of one character or more")
    }
    pointers += try pointers("into")
    try findScope(name)
    var targets: [[String]] = []
    for number in 1..<pointers.count { targets.append(try member(number, "into")) }
    return .split(try member(0, name), at: Array(separator.utf8), into: targets)
  }

  private mutating func join() throws(SchemaError) -> UpcastStep.Action {
    let name = UpcastWord.join.rawValue
    pointers = try pointers(name)
    pointers.append(try pointer(try members.string("into"), "into"))
    let separator = try members.string("with")
    try findScope(name)
    var sources: [[String]] = []
    for number in 0..<pointers.count - 1 { sources.append(try member(number, name)) }
    return .join(sources, with: separator, into: try member(pointers.count - 1, "into"))
  }

  /// The name of the member that the value goes under; nil for a list.
  private mutating func wrapping() throws(SchemaError) -> String? {
    guard members.has("under") != members.has("in") else {
      throw members.fault(
        .malformed, "under", "must name a member, or \"in\": \"list\" stand in its place")
    }
    if members.has("under") { return try members.string("under") }
    guard try members.string("in") == "list", !pointers[0].parts.isEmpty else {
      throw members.fault(.malformed, "in", "must be list, and data itself stays an object")
    }
    return nil
  }

  private mutating func call(
    _ functions: UpcastFunctions
  ) throws(SchemaError) -> UpcastStep.Action {
    let name = try members.string(UpcastWord.call.rawValue)
    try read("at")
    guard let function = functions[name] else {
      let known = functions.names.joined(separator: ", ")
      throw members.fault(
        .unknownFunction, UpcastWord.call.rawValue,
        "there is no function of that name; there is \(known.isEmpty ? "none" : known)")
    }
    return .call(relative(0), function)
  }
}
