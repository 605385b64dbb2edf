// Facts of one kind, which are read when somebody asks for them.

import JSONBytes

/// Facts in an order: made ones, or those that stand in a text. One out of a text is read each time it is asked for,
/// some 200 nanoseconds; what is asked for again and again is read once by ``readAll()``. Written to, it is a list of
/// made ones.
package struct FactList<Fact: PassedFact>: Sendable {
  private enum Storage: Sendable {
    case made([Fact])
    /// Entries of a sheet that stand together.
    case stored(FactsSheet, start: Int32, count: Int32)
    case ordered(OrderedEntries)
  }

  /// Entries of a sheet in an order of their own.
  private final class OrderedEntries: Sendable {
    let sheet: FactsSheet
    let entries: [Int32]

    init(_ sheet: FactsSheet, _ entries: [Int32]) {
      self.sheet = sheet
      self.entries = entries
    }
  }

  private var storage = Storage.made([])

  /// None.
  package init() {}

  /// Those that stand in a text, one after another.
  init(_ sheet: FactsSheet, _ entries: Range<Int32>) {
    if entries.isEmpty { return }
    storage = .stored(sheet, start: entries.lowerBound, count: Int32(entries.count))
  }

  init(_ facts: [Fact]) { storage = .made(facts) }

  /// Reads all that is not read yet.
  mutating func readAll() {
    if case .made = storage { return }
    storage = .made(Array(self))
  }

  /// The sheet that a fact stands in, and where; nil where it is made.
  @inline(__always)
  private func entry(_ position: Int) -> (sheet: FactsSheet, entry: Int)? {
    switch storage {
    case .made: return nil
    case .stored(let sheet, let start, let count):
      precondition(position >= 0 && position < Int(count), "a fact is asked for that is not there")
      return (sheet, Int(start) + position)
    case .ordered(let order): return (order.sheet, Int(order.entries[position]))
    }
  }

  private var made: [Fact] {
    guard case .made(let facts) = storage else { return [] }
    return facts
  }

  private var sheet: FactsSheet? {
    switch storage {
    case .made: nil
    case .stored(let sheet, _, _): sheet
    case .ordered(let order): order.sheet
    }
  }

  /// When a fact happened. Reads nothing more of it.
  func moment(at position: Int) -> Timestamp {
    guard let (sheet, entry) = entry(position) else { return made[position].stamp.time }
    return Timestamp(microseconds: sheet.entries[entry].time)
  }

  func stamp(at position: Int) -> EventStamp {
    guard let (sheet, entry) = entry(position) else { return made[position].stamp }
    return sheet.stamp(of: entry)
  }

  /// What a fact says without when, where and by whom: its stamp is not that of an event.
  func fields(at position: Int) -> Fact {
    guard let (sheet, entry) = entry(position) else { return made[position] }
    return sheet.fields(entry)
  }

  /// How many happened up to an instant, in a list that is in order.
  func count(upTo instant: Timestamp) -> Int {
    var range = 0..<count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range =
        moment(at: middle) <= instant ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}

extension FactList: RandomAccessCollection {
  package var startIndex: Int { 0 }
  package var endIndex: Int {
    switch storage {
    case .made(let facts): facts.count
    case .stored(_, _, let count): Int(count)
    case .ordered(let order): order.entries.count
    }
  }

  /// A fact, read if it stands in a text; a place that the list does not have is a bug.
  package subscript(position: Int) -> Fact {
    guard let (sheet, entry) = entry(position) else { return made[position] }
    return sheet.fact(entry)
  }
}

// MARK: Joined lists

extension FactList {
  /// Whether no fact stands behind a later one.
  var isInOrder: Bool {
    for position in indices.dropFirst() {
      let (before, here) = (moment(at: position - 1), moment(at: position))
      if before > here || before == here && stamp(at: position) < stamp(at: position - 1) {
        return false
      }
    }
    return true
  }

  /// The facts of several lists as far as they are known, in the order of their stamps. Nothing is read where all stand
  /// in one text, but for stamps of the same instant.
  init(joining lists: [FactList], knownAt known: KnownAt) {
    let filled = lists.filter { !$0.isEmpty }
    guard let first = filled.first else { return }
    if known == .end {
      if filled.count == 1, first.isInOrder {
        self = first
        return
      }
      if let sheet = first.sheet, filled.allSatisfy({ $0.sheet === sheet }) {
        let all = filled.flatMap { list in list.indices.compactMap { list.entry($0)?.entry } }
        let order = all.map { Int32($0) }.sorted { one, other in
          let (before, here) = (sheet.entries[Int(one)].time, sheet.entries[Int(other)].time)
          return before == here
            ? sheet.stamp(of: Int(one)) < sheet.stamp(of: Int(other)) : before < here
        }
        storage = .ordered(OrderedEntries(sheet, order))
        return
      }
    }
    storage = .made(filled.flatMap { $0 }.filter { known.includes($0.stamp) })
    if !isInOrder { storage = .made(made.sorted { $0.stamp < $1.stamp }) }
  }
}

// MARK: Lists of made facts

extension FactList: ExpressibleByArrayLiteral {
  package init(arrayLiteral facts: Fact...) { storage = .made(facts) }
}

extension FactList {
  /// The facts that fit, read.
  package func filter(_ fits: (Fact) throws -> Bool) rethrows -> FactList {
    var found: [Fact] = []
    for fact in self where try fits(fact) { found.append(fact) }
    return FactList(found)
  }

  /// The facts, each changed.
  package func map(_ change: (Fact) throws -> Fact) rethrows -> FactList {
    var changed: [Fact] = []
    for fact in self { changed.append(try change(fact)) }
    return FactList(changed)
  }
}

extension FactList {
  package mutating func append(_ fact: Fact) { self += CollectionOfOne(fact) }

  package static func += (list: inout FactList, other: FactList) {
    if !other.isEmpty { list += Array(other) }
  }

  package static func += (list: inout FactList, facts: some Sequence<Fact>) {
    list.readAll()
    var made = list.made
    // Else the array would be copied for each fact.
    list.storage = .made([])
    made += facts
    list.storage = .made(made)
  }
}

extension FactList: Hashable {
  package static func == (one: FactList, other: FactList) -> Bool { one.elementsEqual(other) }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for fact in self { hasher.combine(fact) }
  }
}

extension FactList: CustomReflectable {
  package var customMirror: Mirror {
    Mirror(self, unlabeledChildren: self, displayStyle: .collection)
  }
}
