import LogEngine

/// A model that writes each of its rows once, for ``PagedTables``.
protocol PagedModel: ModelDefinition {
  /// Makes every row of the events before `limit`.
  func build(
    from source: any EventSource, upTo limit: Position, _ limits: BulkLimits,
    into pages: PagedTables
  ) throws -> Built
}

extension FoldedModel: PagedModel {
  /// Rows that are gathered before they are written, in bytes.
  private static let gatheredMax = 4 << 20

  func build(
    from source: any EventSource, upTo limit: Position, _ limits: BulkLimits,
    into pages: PagedTables
  ) throws -> Built {
    guard let stored = source.stored, limit > .zero else {
      return try build(parts, from: source, upTo: limit, into: pages)
    }
    let own = parts.filter { $0.isOfCustomers }
    let others = parts.filter { !$0.isOfCustomers }
    var built = Built(next: limit, recorded: nil, holes: [])
    if others.isEmpty {
      built.recorded = try stored.log.read(.bytes, before: limit).recorded
    } else {
      built = try build(others, from: source, upTo: limit, into: pages)
    }
    if !own.isEmpty {
      let bulk = CustomerBulk(
        parts: own, types: FoldedModel.eventTypes(of: own),
        map: try source.customers(before: limit), stored: stored, end: built.next, limits: limits)
      built.holes += try bulk.run(into: pages)
    }
    built.holes = built.holes.inOrder
    return built
  }

  /// One event after the other, on this thread.
  private func build(
    _ parts: [any Projector.Type], from source: any EventSource, upTo limit: Position,
    into pages: PagedTables
  ) throws -> Built {
    var (built, folds) = try fold(parts, from: source, upTo: limit)
    for (part, fold) in zip(parts, folds) {
      let tables = pages.gathering()
      try fold.write(to: tables) {
        // Of customers the rows of one come before those of the next, in every table.
        if part.isOfCustomers, tables.gathered > Self.gatheredMax {
          try pages.add(tables.takeRuns())
        }
      }
      try pages.add(tables.takeRuns())
      built.holes += fold.holes
    }
    built.holes = built.holes.inOrder
    return built
  }
}
