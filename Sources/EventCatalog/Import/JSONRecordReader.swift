// Where in JSON the records are: in one document, or in each line of NDJSON.
import JSONBytes

extension ReadPlan.RecordPlace {
  /// The records: the elements of the array found, or the object found. Nil if there is neither.
  func records(in root: JSONView) -> [JSONView]? {
    guard let found = found(in: root) else { return nil }
    return found.kind == .array ? Array(found.elements) : [found]
  }

  private func found(in root: JSONView) -> JSONView? {
    func isPlace(_ view: JSONView) -> Bool { view.kind == .object || view.kind == .array }
    switch self {
    case .pointers(let pointers):
      for pointer in pointers {
        if let view = root.at(path: pointer), isPlace(view) { return view }
      }
      return nil
    case .onlyMember:
      if root.kind == .object, root.count == 1 {
        var members = root.members
        if let only = members.next(), isPlace(only.value) { return only.value }
      }
      return isPlace(root) ? root : nil
    }
  }
}

/// The records of one JSON document, in order, each with the line on which it begins.
struct RecordWalk: Sendable {
  private let document: JSONDocument
  private var views: [JSONView]
  private var given = 0
  private var offset = 0
  private var line = 1

  /// Scans the whole document. A byte order mark before it is skipped.
  init(_ bytes: [UInt8], _ place: ReadPlan.RecordPlace) throws(ImportError) {
    let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw ImportError(
        code: "import.encoding",
        sentence: "the file is UTF-16; save it as UTF-8 and import it again")
    }
    do throws(JSONError) {
      document = try JSONDocument(scanning: mark ? Array(bytes[3...]) : bytes)
    } catch {
      throw ImportError(
        code: "import.document",
        sentence: "the file is not one JSON document: \(error.sentence)")
    }
    guard let views = place.records(in: document.root) else {
      throw ImportError(
        code: "import.records",
        sentence:
          "the document holds no object or array where the mapping's `records` looks; check "
          + "that this is the right mapping")
    }
    self.views = views
  }

  mutating func next() -> (JSONView, line: Int)? {
    guard given < views.count else { return nil }
    let view = views[given]
    given += 1
    let start = Int(view.node.start)
    let bytes = document.bytes
    while offset < start {
      if bytes[offset] == 0x0A { line += 1 }
      offset += 1
    }
    return (view, line)
  }
}
