// The sharing plan for people and for programs.

import JSONBytes
import Ledger
import Relationship

/// A plan in force, as a page.
struct PlanPage {
  let published: PublishedPlan
  let grantable: GrantableFields
  /// Only this department.
  let only: String?

  private var grants: [DepartmentGrant] {
    published.plan.grants.filter { only == nil || $0.department == only }
  }

  /// The departments that may see anything.
  private var columns: [DepartmentGrant] { grants.filter { !$0.isNothing } }

  // MARK: For people

  /// `isPast`: the plan of a moment that was asked for.
  func show(fields: Bool, isPast: Bool) {
    guard !published.plan.grants.isEmpty else {
      Terminal.out(
        isPast
          ? "No sharing plan was in force then: no department saw anything."
          : "No sharing plan is in force: no department sees anything.")
      if !isPast { Terminal.out("Next: rapport plan publish") }
      return
    }
    if let version = published.version {
      let by = version.publication.authid.map { ", by \(Terminal.printable($0))" } ?? ""
      Terminal.out(
        Terminal.styled("Sharing plan \(Terminal.printable(version.name))", .bold)
          + "  published \(version.publication.recorded.text)\(by)")
      Terminal.out("  digest  \(Terminal.printable(version.contentHash))")
    } else {
      Terminal.out(Terminal.styled("Grants without a published plan", .bold))
    }
    if let policy = published.permission {
      let by = policy.publication.authid.map { ", by \(Terminal.printable($0))" } ?? ""
      Terminal.out(
        Terminal.styled("Permission policy \(Terminal.printable(policy.name))", .bold)
          + "  published \(policy.publication.recorded.text)\(by)")
      Terminal.out("  digest  \(Terminal.printable(policy.contentHash))")
    }
    Terminal.out()
    for grant in grants { showHead(of: grant) }
    Terminal.out()
    showTable(fields ? fieldRows : typeRows)
    for grant in grants {
      let unknown = grantable.unknown(in: grant)
      guard !unknown.isEmpty else { continue }
      Terminal.note(
        "\(grant.department) was granted what no event type has, which opens nothing: "
          + unknown.joined(separator: ", "))
    }
  }

  private func showHead(of grant: DepartmentGrant) {
    var line = Terminal.styled(Terminal.printable(grant.department), .bold)
    if grant.isNothing {
      line += "  sees nothing"
    } else {
      line += "  for \(grant.purposes.map(Terminal.printable).joined(separator: ", "))"
      if grant.aggregateOnly { line += "; totals only, of \(grant.k ?? 1) customers or more" }
    }
    if let publication = published.publications[grant.department] {
      line += "  since \(publication.recorded.text) (position \(publication.position))"
    }
    Terminal.out(line)
  }

  private typealias Row = (name: String, cells: [String])

  /// An event type a row; types that nobody sees are left out. Who acted is no field of the data: it is not counted.
  private var typeRows: [Row] {
    func count(_ fields: [GrantableField]) -> Int {
      fields.count { $0.name != GrantableFields.actor }
    }
    return grantable.typeNames.compactMap { type in
      let all = count(grantable.fields(of: type) ?? [])
      let cells = columns.map { grant in
        let seen = grantable.fields(of: type, in: grant)
        if seen.isEmpty { return "" }
        return "\(count(seen))/\(all)" + (seen.contains(where: \.isPersonal) ? "*" : " ")
      }
      return cells.allSatisfy(\.isEmpty) ? nil : (type, cells)
    }
  }

  /// A field a row; those that nobody sees are left out.
  private var fieldRows: [Row] {
    grantable.typeNames.flatMap { type in
      let seen = columns.map { Set(grantable.fields(of: type, in: $0).map(\.name)) }
      return (grantable.fields(of: type) ?? []).compactMap { field -> Row? in
        let cells = seen.map { $0.contains(field.name) ? "yes" : "" }
        guard cells.contains("yes") else { return nil }
        return ("\(type).\(field.name)\(field.isPersonal ? "*" : "")", cells)
      }
    }
  }

  private func showTable(_ rows: [Row]) {
    let names = columns.map { Terminal.printable($0.department) }
    let first = rows.map(\.name.count).max() ?? 0
    let widths = names.indices.map { column in
      max(names[column].count, rows.map { $0.cells[column].count }.max() ?? 0)
    }
    func line(_ name: String, _ cells: [String]) -> String {
      var line = name + String(repeating: " ", count: first - name.count)
      for (cell, width) in zip(cells, widths) {
        line += "  " + String(repeating: " ", count: width - cell.count) + cell
      }
      return line
    }
    Terminal.out(Terminal.styled(line("", names), .bold))
    for row in rows {
      Terminal.out(line(row.name, row.cells.map { $0.isEmpty ? "· " : $0 }))
    }
    Terminal.out(Terminal.styled("* with a personal field", .faint))
  }

  /// What plans differ in: one line a field, `+` what is opened, `-` what is closed.
  static func show(_ changes: [SharingChange]) {
    if changes.isEmpty { Terminal.out("No department sees more or less.") }
    for change in changes {
      Terminal.out(Terminal.styled(Terminal.printable(change.department), .bold))
      for (sign, style, words) in [
        ("+", Terminal.Style.yellow, opened(change)), ("-", .green, closed(change)),
      ] {
        for word in words { Terminal.out(Terminal.styled("  \(sign) \(word)", style)) }
      }
    }
  }

  private static func opened(_ change: SharingChange) -> [String] {
    var words = change.purposesOpened.map { "purpose \($0)" }
    if change.opensCustomers { words.append("single customers, where only totals were") }
    if change.opensGroups {
      words.append("groups of \(change.new.k ?? 1), where \(change.old.k ?? 1) was the smallest")
    }
    return (words + change.fieldsOpened).map(Terminal.printable)
  }

  private static func closed(_ change: SharingChange) -> [String] {
    var words = change.purposesClosed.map { "purpose \($0)" }
    if change.closesCustomers { words.append("single customers: only totals stay") }
    if change.closesGroups {
      words.append("groups below \(change.new.k ?? 1), where \(change.old.k ?? 1) was the smallest")
    }
    return (words + change.fieldsClosed).map(Terminal.printable)
  }

  // MARK: For programs

  var json: JSONValue {
    .object([
      "events": .integer(published.events),
      "version": published.version.map(version) ?? .null,
      "policy": published.permission.map(version) ?? .null,
      "departments": .array(
        grants.map { grant in
          .object([
            "department": .string(grant.department), "purposes": strings(grant.purposes),
            "aggregateOnly": .bool(grant.aggregateOnly), "k": grant.k.map { .integer($0) } ?? .null,
            "fields": strings(grant.isNothing ? [] : grantable.expanded(grant).fields),
            "personal": strings(personal(of: grant)),
            "unknown": strings(grantable.unknown(in: grant)),
            "publication": published.publications[grant.department]?.json ?? .null,
          ])
        }),
      "purposes": registrations(published.purposes), "topics": registrations(published.topics),
    ])
  }

  private func version(_ version: PublishedPlan.Version) -> JSONValue {
    .object([
      "name": .string(version.name), "contentHash": .string(version.contentHash),
      "publication": version.publication.json, "content": version.content,
    ])
  }

  private func personal(of grant: DepartmentGrant) -> [String] {
    grantable.typeNames.flatMap { type in
      grantable.fields(of: type, in: grant).filter(\.isPersonal).map { "\(type).\($0.name)" }
    }
  }

  private func strings(_ words: [String]) -> JSONValue { .array(words.map { .string($0) }) }

  private func registrations(_ all: [String: Registration]) -> JSONValue {
    .array(
      all.sorted { $0.key < $1.key }.map { path, found in
        .object([
          "path": .string(path), "label": .string(found.label), "retired": .bool(found.isRetired),
          "publication": found.publication.json,
        ])
      })
  }

  static func json(_ change: SharingChange) -> JSONValue {
    func strings(_ words: [String]) -> JSONValue { .array(words.map { .string($0) }) }
    return .object([
      "department": .string(change.department), "purposesOpened": strings(change.purposesOpened),
      "purposesClosed": strings(change.purposesClosed),
      "fieldsOpened": strings(change.fieldsOpened), "fieldsClosed": strings(change.fieldsClosed),
      "aggregateOnly": [.bool(change.old.aggregateOnly), .bool(change.new.aggregateOnly)],
      "k": [
        change.old.k.map { .integer($0) } ?? .null, change.new.k.map { .integer($0) } ?? .null,
      ],
    ])
  }
}
