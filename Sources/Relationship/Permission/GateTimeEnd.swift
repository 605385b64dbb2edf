// The end of a deferral: the first moment at which no obstacle is left.

import JSONBytes

extension PermissionCase {
  /// The first moment from the instant asked about on at which nothing stands in the way; nil: only an event that is
  /// not known opens it. An answer about the past knows what came later, which may end an obstacle or make another one.
  ///
  /// Costs a few steps for each contact, and for each word about time and complaints, that is known to come.
  func firstClear() -> Timestamp? {
    let isCounted = messageClass != .transactional
    let pauses = isCounted ? pauseBlocks() : TimeBlocks([])
    let holds = isCounted && rules.policy.complaintHold ? complaintBlocks() : TimeBlocks([])
    let moves = zoneChanges()
    var moment = instant
    for _ in 0..<stepsMax {
      var next = moment
      /// Takes in an obstacle, and when something else takes its place; false where nothing ends it.
      func wait(for end: Timestamp?, or replaced: Timestamp? = nil) -> Bool {
        guard let end = [end, replaced].compactMap({ $0 }).min() else { return false }
        next = max(next, end)
        return true
      }
      for blocks in [pauses, holds] {
        if let block = blocks.block(at: moment), !wait(for: block.end) { return nil }
      }
      if let quiet = quietObstacle(at: moment) {
        let place = moves.insertionIndex { $0 <= moment }
        let moved = place < moves.count ? moves[place] : nil
        if !wait(for: quiet.end, or: moved) { return nil }
      }
      if isCounted {
        for chosen in windows(at: moment) {
          guard let obstacle = windowObstacle(chosen, at: moment) else { continue }
          if !wait(for: obstacle.end, or: chosen.replaced) { return nil }
        }
        for chosen in caps(at: moment) {
          guard let obstacle = capObstacle(chosen, at: moment) else { continue }
          if !wait(for: obstacle.end, or: chosen.replaced) { return nil }
        }
        if let obstacle = companyCapObstacle(at: moment), !wait(for: obstacle.end) { return nil }
      }
      if next == moment { return moment }
      moment = next
    }
    return nil
  }

  /// Two hours of the day meet within a week, or at the next change of the clocks, or never; every word that is known
  /// may put it off once more.
  private var stepsMax: Int {
    let facts = customer.facts
    let words = facts.pauses.count + 2 * facts.cadences.count + facts.complaints.count
    return 400 + words + facts.points.count + facts.countries.count + facts.contacts.count
      + facts.tokens.count
  }

  /// When the zones change in which a phone may be.
  private func zoneChanges() -> [Timestamp] {
    guard asked.rings, let address else { return [] }
    let points = (customer.book.addresses[address].adds + customer.book.postal)
      .map { customer.book.points[$0].stamp.time }
    let times = points + customer.facts.countries.map(\.stamp.time)
    return times.filter { $0 > instant }.sorted()
  }

  private func pauseBlocks() -> TimeBlocks {
    let pauses = customer.pauses
    return TimeBlocks(
      pauses.indices.filter { covers(pauses[$0].scope) }.map { index in
        let ends = [
          pauses[index].until, customer.pauseEnds[index], customer.pauseReplacements[index],
        ]
        return (pauses[index].stamp.momentOfNo, ends.compactMap { $0 }.min())
      })
  }

  /// While any complaint is open.
  private func complaintBlocks() -> TimeBlocks {
    /// A complaint as far as imports may settle it, and as far as they may not.
    struct Key: Hashable {
      var id: String
      var isImport: Bool
    }
    var known: Set<Key> = []
    var open: [Key: Timestamp] = [:]
    var found: [(start: Timestamp, end: Timestamp?)] = []
    for fact in customer.facts.complaints {
      let id = fact.complaintId
      if fact.isOpening {
        let key = Key(id: id, isImport: fact.stamp.isImport)
        known.insert(key)
        open[key] = open[key] ?? fact.stamp.time
        continue
      }
      for isImport in fact.stamp.isImport ? [true] : [false, true] {
        let key = Key(id: id, isImport: isImport)
        guard known.contains(key) else { continue }
        if !fact.isSettled {
          open[key] = open[key] ?? fact.stamp.time
        } else if let start = open.removeValue(forKey: key) {
          found.append((start, fact.stamp.time))
        }
      }
    }
    return TimeBlocks(found + open.values.map { ($0, nil) })
  }
}

/// Stretches of time, those that meet or overlap joined.
private struct TimeBlocks {
  private var starts: [Timestamp] = []
  /// Nil: without end.
  private var ends: [Timestamp?] = []

  /// In any order; what ends before it starts is none.
  init(_ all: [(start: Timestamp, end: Timestamp?)]) {
    for (start, end) in all.sorted(by: { $0.start < $1.start })
    where end.map({ start < $0 }) ?? true {
      guard let last = ends.last, last.map({ start <= $0 }) ?? true else {
        starts.append(start)
        ends.append(end)
        continue
      }
      // `last` is the end of the block before; nil is without end.
      if let before = last { ends[ends.count - 1] = end.map { max($0, before) } }
    }
  }

  /// The block that holds a moment.
  func block(at moment: Timestamp) -> (start: Timestamp, end: Timestamp?)? {
    let place = starts.insertionIndex { $0 <= moment } - 1
    guard place >= 0, ends[place].map({ moment < $0 }) ?? true else { return nil }
    return (starts[place], ends[place])
  }
}
