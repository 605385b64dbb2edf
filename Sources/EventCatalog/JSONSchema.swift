package import JSONBytes

/// A JSON Schema (draft 2020-12, the keywords of `docs/schemas.md`), compiled once and safe to
/// share.
///
/// Checking a small object costs about as much as scanning it. What the schema says beyond the
/// keywords listed there stops the load, so that nothing is silently unchecked.
package final class JSONSchema: Sendable {
  /// The schema's own text, scanned.
  package let document: JSONDocument
  /// The schema's own value in ``document``.
  package let root: JSONView
  let nodes: [SchemaNode]
  let names: NameTables
  let memberNodes: [Int32]
  let constants: [Int32]
  let children: [Int32]
  let bounds: [NumberBounds]
  let rare: [RareRules]

  /// Compiles a scanned schema. `file` names it in errors.
  ///
  /// Throws ``SchemaError`` at the first keyword, format or reference that is unknown, unsupported
  /// or malformed.
  package init(_ view: JSONView, file: String) throws(SchemaError) {
    let program = try SchemaCompiler.compile(view, file: file)
    document = view.document
    root = view
    nodes = program.nodes
    names = program.names
    memberNodes = program.memberNodes
    constants = program.constants
    children = program.children
    bounds = program.bounds
    rare = program.rare
  }

  /// Scans and compiles the text of a schema.
  package convenience init(_ text: [UInt8], file: String) throws(SchemaError) {
    let document: JSONDocument
    do throws(JSONError) {
      document = try JSONDocument(scanning: text)
    } catch {
      throw SchemaError(.notJSON, file, "", "", "not JSON: \(error.sentence)")
    }
    try self.init(document.root, file: file)
  }

  /// The first place where `view` does not fit; nil where it fits.
  ///
  /// A value that fits costs no allocation in the common case; see ``SchemaViolation`` for one that
  /// does not.
  package func violation(in view: JSONView) -> SchemaViolation? {
    let values = view.document.nodes
    let bytes = view.document.bytes
    var failure = SchemaFailure()
    if accepts(0, view.index, values.span, bytes.span, &failure) { return nil }
    return SchemaViolation(failure, of: self, in: view)
  }

  /// Whether `view` fits.
  package func accepts(_ view: JSONView) -> Bool {
    let values = view.document.nodes
    let bytes = view.document.bytes
    var failure = SchemaFailure()
    return accepts(0, view.index, values.span, bytes.span, &failure)
  }
}
