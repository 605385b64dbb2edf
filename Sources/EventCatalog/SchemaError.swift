/// Why a schema cannot be loaded: the file, the place in it, and how to mend it.
///
/// The load stops: a catalogue that leaves something unchecked is worse than none.
package struct SchemaError: Error, Hashable, Sendable {
  /// Stable codes, for tests and for programs.
  package enum Code: String, CaseIterable, Sendable {
    /// The file is not JSON as the ledger takes it.
    case notJSON = "schema.json"
    /// A keyword nobody knows, `x-…` included.
    case unknownKeyword = "schema.unknown-keyword"
    /// A keyword, or a use of one, that the standard has and this catalogue does not.
    case unsupported = "schema.unsupported"
    /// A keyword whose value is not what the standard asks for.
    case malformed = "schema.malformed"
    /// `x-format` names a format that does not exist.
    case unknownFormat = "schema.unknown-format"
    /// `$ref` points to no schema of this file.
    case unresolvedReference = "schema.unresolved-reference"
    /// `$ref` comes back to itself without a step into the data.
    case endlessReference = "schema.endless-reference"
    /// The file's name, `$id`, or what an event type needs, is wrong.
    case file = "schema.file"
    /// A member of an upcast that nobody knows.
    case unknownMember = "schema.unknown-member"
    /// A step of an upcast that nobody knows.
    case unknownStep = "schema.unknown-step"
    /// An upcast calls a function that the program does not have.
    case unknownFunction = "schema.unknown-function"
    /// An upcast does not lead from one version of a type to another, or two lead from one.
    case upcast = "schema.upcast"
  }

  /// The reason, the same for ever.
  package var code: Code
  /// Name of the file, without folder.
  package var file: String
  /// JSON Pointer of the schema that holds the keyword.
  package var pointer: String
  /// The keyword; empty where none is meant.
  package var keyword: String
  /// What is wrong and how to mend it.
  package var reason: String

  init(_ code: Code, _ file: String, _ pointer: String, _ keyword: String, _ reason: String) {
    self.code = code
    self.file = file
    self.pointer = pointer
    self.keyword = keyword
    self.reason = reason
  }

  /// Says all of it in one sentence: `order.made.v1.json, /properties/sku, format: …`.
  package var sentence: String {
    var parts = [file]
    if !keyword.isEmpty {
      parts.append(pointer.isEmpty ? "at the top" : pointer)
      parts.append(keyword)
    }
    return "\(parts.joined(separator: ", ")): \(reason)"
  }
}
