// The fields that a grant can name: every field of every event type of a catalogue.

package import EventCatalog
package import Relationship

/// A field of an event type that a grant can name. Equal in all versions of the type that have it.
package struct GrantableField: Hashable, Sendable {
  /// Without the type: `lines.sku`.
  package var name: String
  /// Marked so in a schema of any version, there or above or below: a grant must name it by itself.
  package var isPersonal: Bool
}

/// All that grants can name in a catalogue.
package struct GrantableFields: Sendable {
  /// The envelope's attribute that says who acted. It is granted like a personal field of the data.
  package static let actor = "authid"
  /// Longest path, and most segments, that a `department.granted` takes.
  private static let pathSizeMax = 128
  private static let segmentsMax = 8

  private let types: [String: [GrantableField]]

  /// Walks every schema once. A type whose name reads like a field of another one (`order.completed.lines`) has no field
  /// that a grant can name: nobody could tell which of the two is meant.
  package init(_ catalog: Catalog) {
    var types: [String: [GrantableField]] = [:]
    for type in catalog.types {
      var found: [String: Bool] = [:]
      for schema in type.schemas {
        for field in Self.leaves(of: schema) {
          found[field.name] = found[field.name] ?? false || field.isPersonal
        }
      }
      // What is a part of something personal in some version, or holds it, is personal.
      let personal = found.filter(\.value).keys
      for name in found.keys {
        found[name] = personal.contains {
          TopicPath.covers($0, name) || TopicPath.covers(name, $0)
        }
      }
      types[type.name] = found.filter { Self.isNameable("\(type.name).\($0.key)") }
        .map { GrantableField(name: $0.key, isPersonal: $0.value) }
        .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
    let all = types
    for name in all.keys {
      var above = name[...]
      while let dot = above.lastIndex(of: ".") {
        above = above[..<dot]
        let rest = String(name[name.index(after: dot)...])
        let isField = all[String(above)]?.contains {
          TopicPath.covers(rest, $0.name) || TopicPath.covers($0.name, rest)
        }
        if isField == true { types[name] = [] }
      }
    }
    self.types = types
  }

  /// The names of all types, sorted.
  package var typeNames: [String] {
    types.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The fields of a type, in the order of their names; nil for one that the catalogue does not have.
  package func fields(of type: String) -> [GrantableField]? { types[type] }

  /// The fields of a type that a grant opens.
  package func fields(of type: String, in grant: DepartmentGrant) -> [GrantableField] {
    (types[type] ?? []).filter { grant.sees($0.name, of: type, isPersonal: $0.isPersonal) }
  }

  /// The grant with every field that it opens named by itself.
  package func expanded(_ grant: DepartmentGrant) -> DepartmentGrant {
    DepartmentGrant(
      department: grant.department, purposes: grant.purposes,
      fields: types.keys.flatMap { type in fields(of: type, in: grant).map { "\(type).\($0.name)" }
      },
      aggregateOnly: grant.aggregateOnly, k: grant.k)
  }

  /// The plan with every field named by itself: what two plans are compared by.
  package func expanded(_ plan: SharingPlan) -> SharingPlan {
    SharingPlan(plan.grants.map(expanded))
  }

  /// Paths of a grant that name nothing of the catalogue, and so open nothing.
  package func unknown(in grant: DepartmentGrant) -> [String] {
    grant.fields.filter { path in
      guard let type = type(of: path), let fields = types[type] else { return true }
      guard path != type else { return false }
      let name = path.dropFirst(type.count + 1)
      return !fields.contains { TopicPath.covers(String(name), $0.name) }
    }
  }

  /// The longest name of a type with fields at the start of a path.
  private func type(of path: String) -> String? {
    var above = path[...]
    while true {
      if types[String(above)]?.isEmpty == false { return String(above) }
      guard let dot = above.lastIndex(of: ".") else { return nil }
      above = above[..<dot]
    }
  }

  /// Whether a grant can hold the path.
  static func isNameable(_ path: String) -> Bool {
    guard path.utf8.count <= pathSizeMax else { return false }
    let segments = path.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return segments.count <= segmentsMax
      && segments.allSatisfy { !$0.isEmpty && $0.allSatisfy(isWordByte) }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func leaves(of schema: EventSchema) -> [GrantableField] {
    var leaves: [GrantableField] = []
    let root = schema.schema.fields
    // Where the data has a member of that name, a grant means the member.
    if !root.members.contains(where: { $0.name == actor }) {
      leaves.append(GrantableField(name: actor, isPersonal: true))
    }
    func add(_ field: SchemaField, _ name: String) {
      if field.members.isEmpty {
        leaves.append(GrantableField(name: name, isPersonal: field.isPersonal))
      }
      // A point in a name would make two fields look like one.
      for member in field.members where !member.name.contains(".") {
        add(member, name.isEmpty ? member.name : "\(name).\(member.name)")
      }
    }
    for member in root.members where !member.name.contains(".") { add(member, member.name) }
    return leaves
  }
}
