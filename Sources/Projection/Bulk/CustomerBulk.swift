// The bulk way of working of projectors whose key is the customer: on several threads, in bounded memory.
//
// One pass over the log sends each event, as it was stored, to the range of its customer; a range at a time is then
// read, folded and written, so that no more than a few ranges are in memory as states. Ranges hold about as many
// customers each, not as many events.

import JSONBytes
import LogEngine
import Synchronization

/// How much a rebuild takes at a time.
package struct BulkLimits: Hashable, Sendable {
  /// Threads that read and fold.
  package var threads = 2
  /// Events that wait for their range take a quarter of so many bytes, and beyond that a file. What a rebuild holds
  /// besides is not counted: the names of each segment's customers, two ranges as events and rows (a customer with most of
  /// the events is one range), and the states and rows of parts that are not of customers.
  package var memoryMax = 2 << 30
  /// Events of a range of customers, about.
  package var rangeSize = 32_768
  /// Ranges at most.
  package var rangesMax = 1_024

  /// Two threads, 2 GiB.
  package init() {}
}

/// A rebuild by customers.
struct CustomerBulk {
  let parts: [any Projector.Type]
  let types: Set<String>?
  let map: CustomerMap
  let stored: any StoredEvents
  let end: Position
  let limits: BulkLimits

  /// What was made of one range.
  private struct Made: Sendable {
    var runs: [(table: String, run: RecordRun)]
    var holes: [Hole]
    var events: Int
  }

  /// Makes the rows of `parts`. Returns the events that could not be taken in, in no order.
  func run(into pages: PagedTables) throws -> [Hole] {
    let progress = BulkProgress(of: end.value) { stored.hear($0, of: end.value) }
    let sample = try stored.log.customerSample(64 * limits.rangesMax)
    let ranges = CustomerRanges(
      sample: sample,
      countMax: max(1, min(limits.rangesMax, Int(end.value) / limits.rangeSize)))
    let runs = RoutedRuns(
      ranges: ranges.count + 1, memoryMax: limits.memoryMax / 4, spill: pages.path + "-spill")
    let names = EventNames(stored)
    try route(to: ranges, runs, names, progress)
    progress.endRouting()
    let known = names.taken()
    let holes = Mutex<[Hole]>([])
    let work = self
    try ParallelWork.inOrder(ranges.count + 1, threads: limits.threads) { number in
      let made = try work.fold(
        try runs.take(number), known, pages, areOfNobody: number == ranges.count)
      progress.fold(made.events)
      return made
    } take: { made in
      holes.withLock { $0 += made.holes }
      try pages.add(made.runs)
    }
    progress.finish()
    return holes.withLock { $0 }
  }

  private func route(
    to ranges: CustomerRanges, _ runs: RoutedRuns, _ names: EventNames, _ progress: BulkProgress
  ) throws {
    let router = EventRouter(ranges, map, runs, names, before: end)
    var wanted = types
    if let granted = stored.types { wanted = wanted?.intersection(granted) ?? granted }
    let routers = try stored.log.scan(
      ScanSelection(types: wanted), threads: limits.threads, into: router,
      pass: { progress.pass($0) }
    ) { (router: inout EventRouter, batch: ScanBatch) throws(ReadError) in
      // What was appended meanwhile comes in whole batches, and later.
      guard batch.first < end else { return }
      try router.add(batch)
      progress.route(batch.selected?.count ?? batch.count)
    }
    for var router in routers { router.finish() }
    try runs.check()
  }

  /// Folds the events of one range. Those of nobody are looked at for what cannot be read.
  private func fold(
    _ runs: [[UInt8]], _ names: [EventNames.Names], _ pages: PagedTables, areOfNobody: Bool
  ) throws -> Made {
    var range = try RoutedRange(runs, names, map, stored)
    let tables = pages.gathering()
    let folds = areOfNobody ? [] : parts.map { CustomerFolding.of($0, map) }
    var holes: [Hole] = []
    for customer in range.order {
      let events = try range.events(of: customer)
      holes += Hole.ofDefects(events)
      for fold in folds { holes += try fold(events, range.customers[customer], tables) }
    }
    return Made(runs: tables.takeRuns(), holes: holes, events: range.count)
  }
}

/// The fold of one customer's events, whatever the projector.
private enum CustomerFolding {
  typealias Fold = ([DecodedEvent], String, Tables) throws -> [Hole]

  static func of<P: Projector>(_ part: P.Type, _ map: CustomerMap) -> Fold {
    let projector = P()
    return { events, customer, tables in
      var state: P.State?
      var holes: [Hole] = []
      for event in events where projector.key(of: event, map) != nil {
        var folded = state.take() ?? projector.fresh(customer)
        holes += projector.foldTellingHole(event, into: &folded)
        state = folded
      }
      if let state { try projector.store(state, of: customer, in: tables) }
      return holes
    }
  }
}
