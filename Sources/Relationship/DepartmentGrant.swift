// What one department may use, and why: the data of `department.granted`, as questions.

package import JSONBytes

/// A department's right to fields for purposes.
///
/// A field is named by event type and path: `order.completed.lines.sku`. A path that names a group, or a whole type,
/// covers what lies below it, but nothing personal: a personal field is granted by its own name only.
package struct DepartmentGrant: Hashable, Sendable {
  package let department: String
  /// Sorted; empty: the department may see nothing at all, whatever ``fields`` says.
  package let purposes: [String]
  /// Paths, sorted by their bytes.
  package let fields: [String]
  /// Only totals, never single customers.
  package let aggregateOnly: Bool
  /// Smallest group of customers that a total may describe.
  package let k: Int?

  /// Sorts purposes and fields, and keeps each once.
  package init(
    department: String, purposes: some Sequence<String>, fields: some Sequence<String>,
    aggregateOnly: Bool = false, k: Int? = nil
  ) {
    self.department = department
    self.purposes = Self.sorted(purposes)
    self.fields = Self.sorted(fields)
    self.aggregateOnly = aggregateOnly
    self.k = k
  }

  /// Nothing for no purpose.
  package static func nothing(for department: String) -> DepartmentGrant {
    DepartmentGrant(department: department, purposes: [], fields: [])
  }

  /// Reads the data of a `department.granted`; nil without a department.
  package init?(_ data: JSONView) {
    guard let department = data["department"]?.string else { return nil }
    self.init(
      department: department,
      purposes: data["purposes"]?.elements.compactMap(\.string) ?? [],
      fields: data["fields"]?.elements.compactMap(\.string) ?? [],
      aggregateOnly: data["aggregateOnly"]?.bool ?? false,
      k: data["k"]?.integer.flatMap { Int(exactly: $0) })
  }

  private static func sorted(_ words: some Sequence<String>) -> [String] {
    Set(words).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Whether the department may see anything.
  package var isNothing: Bool { purposes.isEmpty || fields.isEmpty }

  /// Whether the department works for `purpose`: one of its own, or one below it.
  package func serves(_ purpose: String) -> Bool {
    purposes.contains { $0 != "*" && TopicPath.covers($0, purpose) }
  }

  /// Whether the department may see a field of an event type: `lines.sku` of `order.completed`.
  ///
  /// `isPersonal`: the field is marked so in its schema. Costs a search for each segment of the field.
  package func sees(_ field: String, of type: String, isPersonal: Bool) -> Bool {
    guard !purposes.isEmpty else { return false }
    let path = "\(type).\(field)"
    if holds(path) { return true }
    guard !isPersonal else { return false }
    var above = path[...]
    while above.utf8.count > type.utf8.count, let dot = above.lastIndex(of: ".") {
      above = above[..<dot]
      if holds(String(above)) { return true }
    }
    return false
  }

  /// Binary search: ``fields`` is sorted.
  private func holds(_ path: String) -> Bool {
    var low = 0
    var high = fields.count
    while low < high {
      let middle = (low + high) / 2
      if fields[middle].utf8.lexicographicallyPrecedes(path.utf8) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < fields.count && fields[low] == path
  }

  /// The data of the `department.granted` that says this. Equal grants have equal text.
  package var json: JSONValue {
    .object([
      "aggregateOnly": .bool(aggregateOnly), "department": .string(department),
      "fields": .array(fields.map { .string($0) }), "k": k.map { .integer($0) },
      "purposes": .array(purposes.map { .string($0) }),
    ])
  }

  /// The canonical text (RFC 8785) of ``json``: what a digest of the grant is made of.
  package var canonicalText: [UInt8] {
    var text: [UInt8] = []
    CanonicalWriter.write(json, to: &text)
    return text
  }
}
