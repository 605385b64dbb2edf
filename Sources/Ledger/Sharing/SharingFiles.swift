// The sharing plan as files: those that ship, or those of a folder laid out as `schemas`.

import Disk
package import EventCatalog
package import JSONBytes
package import Relationship

/// Checked files of a sharing plan.
///
///     DIR/departments/NAME.yaml     one for each department
///     DIR/policies/purposes.yaml    purposes and topics; the ones that ship, where it is missing
///     DIR/policies/*.yaml           the permission policy; the one that ships, where there is none
package struct SharingFiles: Sendable {
  package let departments: [DepartmentFile]
  package let registry: RegistryFile
  /// The permission policy.
  package let policy: PolicyFiles

  /// A file's name in errors, and its text.
  package typealias Text = (name: String, text: [UInt8])

  /// Checks the files that ship against a catalogue that holds the shipped types.
  package static func shipped(for catalog: Catalog) throws(PlanFileError) -> SharingFiles {
    try SharingFiles(
      departments: EmbeddedDepartments.files.map { ($0.name, Array($0.text.utf8)) },
      registry: shippedRegistry, catalog: catalog)
  }

  private static var shippedRegistry: Text {
    guard let file = EmbeddedPolicies.files.first(where: { $0.name == PolicyFiles.registry }) else {
      preconditionFailure("purposes.yaml ships")
    }
    return (file.name, Array(file.text.utf8))
  }

  /// The files of the permission policy that ships.
  package static var shippedPolicies: [Text] {
    EmbeddedPolicies.files.filter { $0.name != PolicyFiles.registry }
      .map { ($0.name, Array($0.text.utf8)) }
  }

  /// Reads the files of a folder. Throws ``LedgerError`` where there are none, and ``PlanFileError``.
  package static func folder(_ folder: String, for catalog: Catalog) throws -> SharingFiles {
    let files = LinuxFileSystem()
    func text(_ path: String) throws -> Text {
      (path, try files.contents(of: path, sizeMax: YAMLDocument.sizeMax + 1))
    }
    let departments = "\(folder)/departments"
    let names =
      try files.exists(departments)
      ? try files.list(departments).filter { $0.hasSuffix(".yaml") }.sorted() : []
    guard !names.isEmpty else {
      throw LedgerError(
        "plan.missing",
        "there is no *.yaml file in \(departments); a plan is a folder laid out as schemas is: "
          + "departments/NAME.yaml, policies/purposes.yaml", .missingInput)
    }
    let policies = "\(folder)/policies"
    let own =
      try files.exists(policies)
      ? try files.list(policies).filter { $0.hasSuffix(".yaml") }.sorted() : []
    let regimes = own.filter { $0 != PolicyFiles.registry }
    return try SharingFiles(
      departments: try names.map { try text("\(departments)/\($0)") },
      registry: try own.contains(PolicyFiles.registry)
        ? text("\(policies)/\(PolicyFiles.registry)") : shippedRegistry,
      policies: try regimes.isEmpty
        ? shippedPolicies : regimes.map { try text("\(policies)/\($0)") },
      catalog: catalog)
  }

  /// Checks texts.
  package init(
    departments: [Text], registry: Text, policies: [Text] = shippedPolicies, catalog: Catalog
  ) throws(PlanFileError) {
    let grantable = GrantableFields(catalog)
    policy = try PolicyFiles(policies)
    self.registry = try RegistryFile(yaml: registry.text, file: registry.name, catalog: catalog)
    var files: [DepartmentFile] = []
    for (name, text) in departments {
      let file = try DepartmentFile(yaml: text, file: name, fields: grantable)
      if let other = files.first(where: { $0.grant.department == file.grant.department }) {
        throw PlanFileError(
          file: name, line: 1, code: "plan.duplicate",
          sentence: "the department `\(file.grant.department)` is in \(other.file) already; "
            + "keep one of the files")
      }
      try Self.checkPurposes(file, self.registry)
      files.append(file)
    }
    self.departments = files.sorted {
      $0.grant.department.utf8.lexicographicallyPrecedes($1.grant.department.utf8)
    }
  }

  /// A department works for purposes that are registered, or for all below a path.
  private static func checkPurposes(
    _ file: DepartmentFile, _ registry: RegistryFile
  ) throws(PlanFileError) {
    for word in file.purposeLines
    where word.text == "*"
      || !registry.purposes.contains(where: { TopicPath.covers(word.text, $0.path) })
    {
      throw PlanFileError(
        file: file.file, line: word.line, code: "plan.purpose",
        sentence: "no purpose `\(word.text)` is registered, nor one below it; add it to "
          + "policies/purposes.yaml, or name one of: "
          + registry.purposes.map(\.path).joined(separator: ", "))
    }
  }

  /// The grants.
  package var plan: SharingPlan { SharingPlan(departments.map(\.grant)) }

  /// The `policy` of the `policy.published` that puts the plan in force: of each department what it is for, what it
  /// contributes, and the digest of its grant.
  package var content: JSONValue {
    [
      "departments": .array(
        departments.map { file in
          [
            "about": .string(file.about),
            "contributes": .array(file.contributes.map { .string($0) }),
            "department": .string(file.grant.department),
            "grant": .string(SharingGate.digest(of: file.grant)),
          ]
        })
    ]
  }
}

extension Ledger {
  /// What grants can name in this ledger. Costs one walk over all schemas.
  package var grantableFields: GrantableFields { GrantableFields(catalog) }

  /// The files of a plan, checked against this ledger's event types: those of a folder, or those that ship.
  package func sharingFiles(in folder: String? = nil) throws -> SharingFiles {
    try folder.map { try SharingFiles.folder($0, for: catalog) } ?? .shipped(for: catalog)
  }

  /// Whether `path` is a folder with a plan in it, rather than a moment.
  package func isSharingFolder(_ path: String) throws -> Bool {
    try LinuxFileSystem().exists("\(path)/departments")
  }

  /// Reads the moment of a plan as a person writes it: a number of events, a date, or RFC 3339.
  package static func planMoment(_ text: String) throws -> PlanMoment {
    if let count = UInt64(text) { return .events(count) }
    return .recorded(try instant(text))
  }
}
