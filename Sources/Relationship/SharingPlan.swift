// The sharing plan: which department may see what, and what a change of it opens or closes.

/// The grants of all departments.
package struct SharingPlan: Hashable, Sendable {
  /// One a department, in the order of the names.
  package let grants: [DepartmentGrant]

  /// Of two grants to one department the later counts, as in the log.
  package init(_ grants: some Sequence<DepartmentGrant> = []) {
    var latest: [String: DepartmentGrant] = [:]
    for grant in grants { latest[grant.department] = grant }
    self.grants = latest.values.sorted {
      $0.department.utf8.lexicographicallyPrecedes($1.department.utf8)
    }
  }

  /// The department's grant; nothing, for one that the plan does not name.
  package subscript(_ department: String) -> DepartmentGrant {
    grants.first { $0.department == department } ?? .nothing(for: department)
  }

  /// What would be different if this plan stood in place of `old`, department by department; those without a
  /// difference are left out.
  ///
  /// Fields are compared by name: expand both plans to single fields first, so that a group and its fields are the
  /// same.
  package func changes(since old: SharingPlan) -> [SharingChange] {
    let names = Set(grants.map(\.department)).union(old.grants.map(\.department))
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.compactMap { name in
      let change = SharingChange(from: old[name], to: self[name])
      return change.isEmpty ? nil : change
    }
  }
}

/// What a new grant opens to a department, and what it closes.
package struct SharingChange: Hashable, Sendable {
  package let department: String
  package let purposesOpened: [String]
  package let purposesClosed: [String]
  package let fieldsOpened: [String]
  package let fieldsClosed: [String]
  package let old: DepartmentGrant
  package let new: DepartmentGrant

  /// Compares two grants of one department.
  package init(from old: DepartmentGrant, to new: DepartmentGrant) {
    precondition(old.department == new.department, "two grants of one department are compared")
    department = new.department
    purposesOpened = Self.words(new.purposes, without: old.purposes)
    purposesClosed = Self.words(old.purposes, without: new.purposes)
    let before = old.purposes.isEmpty ? [] : old.fields
    let after = new.purposes.isEmpty ? [] : new.fields
    fieldsOpened = Self.words(after, without: before)
    fieldsClosed = Self.words(before, without: after)
    self.old = old
    self.new = new
  }

  private static func words(_ words: [String], without others: [String]) -> [String] {
    let others = Set(others)
    return words.filter { !others.contains($0) }
  }

  /// Nothing is opened or closed.
  package var isEmpty: Bool { !opens && !closes }

  /// Single customers become visible where only totals were.
  package var opensCustomers: Bool {
    !new.isNothing && !new.aggregateOnly && (old.aggregateOnly && !old.isNothing)
  }

  /// Only totals stay visible where single customers were.
  package var closesCustomers: Bool {
    !old.isNothing && !old.aggregateOnly && (new.aggregateOnly && !new.isNothing)
  }

  /// Smaller groups become visible.
  package var opensGroups: Bool { isTotals && (new.k ?? 1) < (old.k ?? 1) }

  /// Small groups are visible no more.
  package var closesGroups: Bool { isTotals && (new.k ?? 1) > (old.k ?? 1) }

  private var isTotals: Bool {
    old.aggregateOnly && new.aggregateOnly && !old.isNothing && !new.isNothing
  }

  /// The department can do more than before.
  package var opens: Bool {
    !purposesOpened.isEmpty || !fieldsOpened.isEmpty || opensCustomers || opensGroups
  }

  /// The department can do less than before.
  package var closes: Bool {
    !purposesClosed.isEmpty || !fieldsClosed.isEmpty || closesCustomers || closesGroups
  }
}
