import JSONBytes

/// How events of one version of a type are read as a later one: a file `TYPE.vN-vM.json`, a list of steps that an
/// auditor can read. Stored bytes never change.
package struct Upcast: Sendable {
  package let typeName: String
  package let from: Int
  package let to: Int
  /// Name of the file, without folder.
  package let file: String
  /// True if it came with the program, false if the ledger brought it.
  package let ships: Bool
  let steps: [UpcastStep]
  /// The file as canonical JSON (RFC 8785): the same for the same meaning.
  let canonicalText: [UInt8]
}

/// Why an event could not be lifted: the file, the step, the place, and what kind of value stood there. Holds nothing of
/// the value.
package struct UpcastFailure: Error, Hashable, Sendable {
  /// The upcast whose step failed; the schema where the result does not fit it.
  package var file: String
  /// JSON Pointer of the step in its file; empty for the result.
  package var step: String
  /// The step's word and pointer, `map /kind`; empty for the result.
  package var words: String
  package var reason: String

  /// All of it, with the remedy's place: `order.made.v1-v2.json, /steps/0 (map /kind): the table has no line …`.
  package var sentence: String {
    step.isEmpty ? "\(file): \(reason)" : "\(file), \(step) (\(words)): \(reason)"
  }
}
