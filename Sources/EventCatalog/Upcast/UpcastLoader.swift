// Reads a file of upcasts, strictly: what is not known stops the load.

import JSONBytes

extension Upcast {
  /// Steps of one file.
  package static let stepsMax = 256
  /// Lines of one table.
  static let linesMax = 4_096

  /// Reads a file of upcasts.
  ///
  /// Throws ``SchemaError`` at the first thing that it does not know or that a step lacks: an upcast that is half
  /// understood would change events in silence.
  package init(
    _ text: [UInt8], file: String, ships: Bool, functions: UpcastFunctions = .shipped
  ) throws(SchemaError) {
    guard let (typeName, from, to) = Self.typeAndVersions(ofFile: file), from < to else {
      throw SchemaError(
        .file, file, "", "",
        "the name must be TYPE.vN-vM.json, such as order.completed.v1-v2.json, with M above N")
    }
    let root: JSONView
    var canonical: [UInt8] = []
    do throws(JSONError) {
      root = try JSONDocument(scanning: text).root
    } catch {
      throw SchemaError(.notJSON, file, "", "", "not JSON: \(error.sentence)")
    }
    do throws(JSONError) {
      try CanonicalWriter.write(root, numbers: .exact, to: &canonical)
    } catch {
      throw SchemaError(.malformed, file, "", "", error.sentence)
    }
    var top = try UpcastMembers(root, "", file)
    guard try top.string("type") == typeName else {
      throw top.fault(.file, "type", "must be \(typeName), as the file's name says")
    }
    for (name, version) in [("from", from), ("to", to)] {
      guard try top.integer(name) == Int64(version) else {
        throw top.fault(.file, name, "must be \(version), as the file's name says")
      }
    }
    try top.skipDescription()
    let list = try top.required("steps")
    guard list.kind == .array, (1...Self.stepsMax).contains(list.count) else {
      throw top.fault(.malformed, "steps", "must be a list of 1 to \(Self.stepsMax) steps")
    }
    try top.finish()
    var steps: [UpcastStep] = []
    for (number, view) in list.elements.enumerated() {
      steps.append(try UpcastStep(view, "/steps/\(number)", file, functions))
    }
    self.typeName = typeName
    self.from = from
    self.to = to
    self.file = file
    self.ships = ships
    self.steps = steps
    canonicalText = canonical
  }

  /// Whether a file is an upcast by its name: `order.completed.v1-v2.json`.
  package static func isName(_ file: String) -> Bool { typeAndVersions(ofFile: file) != nil }

  /// `order.completed.v1-v2.json` -> `order.completed`, 1, 2.
  private static func typeAndVersions(ofFile file: String) -> (String, Int, Int)? {
    guard file.hasSuffix(".json"), let dash = file.lastIndex(of: "-") else { return nil }
    let second = file[file.index(after: dash)...].dropLast(".json".count)
    guard let (typeName, from) = EventSchema.typeAndVersion(ofFile: file[..<dash] + ".json"),
      let (same, to) = EventSchema.typeAndVersion(ofFile: "\(typeName).\(second).json"),
      same == typeName
    else { return nil }
    return (typeName, from, to)
  }
}

/// The members of one object of an upcast's file, each of which must be asked for: what is left over is unknown.
struct UpcastMembers {
  private let view: JSONView
  private let pointer: String
  private let file: String
  private var left: Set<String>

  init(_ view: JSONView, _ pointer: String, _ file: String) throws(SchemaError) {
    self.view = view
    self.pointer = pointer
    self.file = file
    guard view.kind == .object else {
      let place = pointer.isEmpty ? "the file" : "the step at \(pointer)"
      throw SchemaError(.malformed, file, pointer, "", "\(place) must be an object")
    }
    left = Set(view.members.map(\.name))
  }

  func fault(_ code: SchemaError.Code, _ name: String, _ reason: String) -> SchemaError {
    SchemaError(code, file, pointer, name, reason)
  }

  func has(_ name: String) -> Bool { left.contains(name) }

  mutating func optional(_ name: String) -> JSONView? {
    left.remove(name)
    return view[name]
  }

  mutating func required(_ name: String) throws(SchemaError) -> JSONView {
    guard let value = optional(name) else { throw fault(.malformed, name, "must be there") }
    return value
  }

  mutating func string(_ name: String) throws(SchemaError) -> String {
    guard let text = try required(name).string else {
      throw fault(.malformed, name, "must be a string")
    }
    return text
  }

  mutating func integer(_ name: String) throws(SchemaError) -> Int64 {
    guard let number = try required(name).integer else {
      throw fault(.malformed, name, "must be a whole number")
    }
    return number
  }

  /// What people write beside the steps; it does nothing.
  mutating func skipDescription() throws(SchemaError) {
    guard let text = optional("description") else { return }
    guard text.kind == .string else { throw fault(.malformed, "description", "must be a string") }
  }

  /// Throws where a member is left that nobody asked for.
  func finish() throws(SchemaError) {
    guard let unknown = left.min() else { return }
    throw fault(.unknownMember, unknown, "this member is not known here; see docs/schemas.md")
  }
}
