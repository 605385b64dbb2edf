// The bulk way of working of an aggregation: over columns, into dense rows of numbers.

import JSONBytes
import LogEngine

/// Products of whole numbers, and whether they leave 64 bits.
enum ExactProduct {
  /// Of the numbers at one place of each column.
  static func of(_ factors: [[Int64]], _ index: Int) -> (partialValue: Int64, overflow: Bool) {
    var product: (partialValue: Int64, overflow: Bool) = (1, false)
    for factor in factors { product = times(product, factor[index]) }
    return product
  }

  static func of(_ factors: [Int64]) -> (partialValue: Int64, overflow: Bool) {
    factors.reduce((1, false)) { times($0, $1) }
  }

  private static func times(
    _ product: (partialValue: Int64, overflow: Bool), _ factor: Int64
  ) -> (partialValue: Int64, overflow: Bool) {
    let next = product.partialValue.multipliedReportingOverflow(by: factor)
    return (next.partialValue, product.overflow || next.overflow)
  }
}

/// The rows of an aggregation as one thread has folded them. Batches may come in any order, and folds of several threads
/// are merged: what goes by order goes by time and position.
struct AggregateFold: Sendable {
  let aggregation: Aggregation
  /// Where the numbers of a value stand in a row, and what a row begins with.
  private let places: [Int]
  private let empty: [Int64]
  private let steps: [Step]
  /// Rows one behind the other.
  private var slots: [Int64] = []
  /// Of all products that were added, the sum of their magnitudes: while it fits, no sum of any of them leaves 64 bits, in
  /// whatever order they are added.
  private var magnitude: UInt64 = 0
  /// Whether every sum is what adding in log order gives. Where it is not, the rows are of no use: which events do not fit
  /// is a question of their order.
  private(set) var isExact = true

  /// Whether the key is the customer alone: her row then has her number. Numbers are given in the order of names, segment
  /// by segment, so that rows lie near each other that are written one after the other.
  private let isDirect: Bool
  /// Of such rows, whether there is one.
  private var isUsed: [Bool] = []
  /// For any other key of one part: its row, by the number of the part.
  private var rowOfPart: [UInt32] = []
  /// For each row the part.
  private var partOfRow: [UInt32] = []
  /// For any other key: a table for each part but the first, of (what comes before, this part).
  private var levels: [NumberTable]

  private var keyIDs: [UInt32] = []
  private var partIDs: [UInt32] = []

  /// Rows that are worked on at a time, so that those of their keys stay near.
  private static let runLength = 1_024
  /// Rows that are gathered before they are written, in bytes.
  private static let runMax = 1 << 18

  init(_ aggregation: Aggregation) {
    self.aggregation = aggregation
    var places: [Int] = []
    var empty: [Int64] = []
    for value in aggregation.values {
      places.append(empty.count)
      switch value.term {
      case .count, .sum: empty.append(0)
      case .earliest: empty.append(.max)
      case .latest: empty.append(.min)
      // Time, position, value.
      case .lastInteger, .lastType: empty += [.min, .min, ColumnContext.null]
      }
    }
    self.places = places
    self.empty = empty
    steps = aggregation.values.map { Step($0.term) }
    isDirect = aggregation.key.count == 1 && aggregation.key[0].part == .subject
    levels = Array(repeating: NumberTable(), count: aggregation.key.count - 1)
  }

  var count: Int { slots.count / empty.count }

  /// Members of `data` that are read of events of a type.
  func members(ofType type: String) -> (integers: Set<String>, texts: Set<String>) {
    var integers: Set<String> = []
    var texts: Set<String> = []
    guard aggregation.types?.contains(type) ?? true else { return (integers, texts) }
    for column in aggregation.key {
      switch column.part {
      case .text(let name): texts.insert(name)
      case .integer(let name): integers.insert(name)
      case .subject, .period: break
      }
    }
    for value in aggregation.values where aggregation.takes(value, type) {
      integers.formUnion(value.term.members)
    }
    return (integers, texts)
  }

  // MARK: Folding

  /// Takes in the rows of one type of a batch. `subjects` are the customers of the rows.
  mutating func fold(
    _ batch: ScanBatch, type: String, rows: [UInt32], subjects: [UInt32], _ values: ColumnValues,
    _ context: inout ColumnContext
  ) {
    guard aggregation.types?.contains(type) ?? true else { return }
    findKeys(batch, rows, subjects, values, &context)
    var start = 0
    while start < rows.count {
      let run = start..<min(start + Self.runLength, rows.count)
      for (number, value) in aggregation.values.enumerated()
      where aggregation.takes(value, type) {
        fold(value.term, at: places[number], run, batch, type, rows, values, &context)
      }
      start = run.upperBound
    }
  }

  private mutating func fold(
    _ term: Aggregation.Term, at place: Int, _ run: Range<Int>, _ batch: ScanBatch, _ type: String,
    _ rows: [UInt32], _ values: ColumnValues, _ context: inout ColumnContext
  ) {
    let width = empty.count
    let times = batch.times
    let keyIDs = keyIDs
    switch term {
    case .count:
      var slots = slots.mutableSpan
      for index in run where keyIDs[index] != ColumnContext.none {
        slots[Int(keyIDs[index]) * width + place] &+= 1
      }
    case .sum(let names):
      add(names.map { values.integers[$0] ?? [] }, at: place, run)
    case .earliest:
      var slots = slots.mutableSpan
      for index in run where keyIDs[index] != ColumnContext.none {
        let slot = Int(keyIDs[index]) * width + place
        slots[slot] = min(slots[slot], times[Int(rows[index])])
      }
    case .latest:
      var slots = slots.mutableSpan
      for index in run where keyIDs[index] != ColumnContext.none {
        let slot = Int(keyIDs[index]) * width + place
        slots[slot] = max(slots[slot], times[Int(rows[index])])
      }
    case .lastInteger(let name):
      guard let found = values.integers[name] else { return }
      foldLast(at: place, run, batch, rows) { found[$0] }
    case .lastType:
      let number = Int64(context.text(Array(type.utf8)[...]))
      foldLast(at: place, run, batch, rows) { _ in number }
    }
  }

  /// Adds the product of `factors` to each row that has all of them.
  private mutating func add(_ factors: [[Int64]], at place: Int, _ run: Range<Int>) {
    let width = empty.count
    let keyIDs = keyIDs
    var total = magnitude
    var isGood = true
    @inline(__always)
    func add(_ product: (partialValue: Int64, overflow: Bool), _ slot: inout Int64) {
      let (sum, isOver) = total.addingReportingOverflow(product.partialValue.magnitude)
      total = sum
      isGood = isGood && !product.overflow && !isOver
      slot &+= product.partialValue
    }
    var slots = slots.mutableSpan
    if factors.count == 2 {
      let (one, other) = (factors[0], factors[1])
      for index in run where keyIDs[index] != ColumnContext.none {
        guard one[index] != ColumnContext.null, other[index] != ColumnContext.null else { continue }
        add(
          one[index].multipliedReportingOverflow(by: other[index]),
          &slots[Int(keyIDs[index]) * width + place])
      }
    } else {
      for index in run where keyIDs[index] != ColumnContext.none {
        guard factors.allSatisfy({ $0[index] != ColumnContext.null }) else { continue }
        add(ExactProduct.of(factors, index), &slots[Int(keyIDs[index]) * width + place])
      }
    }
    magnitude = total
    isExact = isExact && isGood && total <= UInt64(Int64.max)
  }

  @inline(__always)
  private mutating func foldLast(
    at place: Int, _ run: Range<Int>, _ batch: ScanBatch, _ rows: [UInt32],
    _ value: (Int) -> Int64
  ) {
    let width = empty.count
    let times = batch.times
    let keyIDs = keyIDs
    let first = Int64(batch.first.value)
    var slots = slots.mutableSpan
    for index in run where keyIDs[index] != ColumnContext.none {
      let slot = Int(keyIDs[index]) * width + place
      let row = rows[index]
      let time = times[Int(row)]
      let position = first + Int64(row)
      guard time > slots[slot] || (time == slots[slot] && position > slots[slot + 1]) else {
        continue
      }
      slots[slot] = time
      slots[slot + 1] = position
      slots[slot + 2] = value(index)
    }
  }

  // MARK: Keys

  /// Finds for each row the one of its key, ``ColumnContext/none`` where a part is missing.
  private mutating func findKeys(
    _ batch: ScanBatch, _ rows: [UInt32], _ subjects: [UInt32], _ values: ColumnValues,
    _ context: inout ColumnContext
  ) {
    for (level, column) in aggregation.key.enumerated() {
      switch column.part {
      case .subject: partIDs = subjects
      case .text(let name): partIDs = values.texts[name] ?? []
      case .integer(let name):
        partIDs = (values.integers[name] ?? []).map { value in
          value == ColumnContext.null
            ? ColumnContext.none : context.integers.number(of: UInt64(bitPattern: value))
        }
      case .period(let length):
        partIDs = rows.map { row in
          let number = Period.number(of: batch.times[Int(row)], length)
          return context.integers.number(of: UInt64(bitPattern: number))
        }
      }
      if level == 0 {
        swap(&keyIDs, &partIDs)
      } else {
        for index in rows.indices {
          let before = keyIDs[index]
          guard before != ColumnContext.none, partIDs[index] != ColumnContext.none else {
            keyIDs[index] = ColumnContext.none
            continue
          }
          keyIDs[index] = levels[level - 1].number(
            of: UInt64(before) << 32 | UInt64(partIDs[index]))
        }
      }
    }
    if isDirect {
      use(keyIDs)
    } else if aggregation.key.count == 1 {
      for index in rows.indices where keyIDs[index] != ColumnContext.none {
        keyIDs[index] = row(of: keyIDs[index])
      }
    }
    makeRoom(rowCount)
  }

  private var rowCount: Int { isDirect ? isUsed.count : levels.last?.count ?? partOfRow.count }

  private mutating func makeRoom(_ wanted: Int) {
    guard count < wanted else { return }
    if wanted * empty.count > slots.capacity {
      slots.reserveCapacity(max(wanted * empty.count, 2 * slots.capacity))
    }
    while count < wanted { slots += empty }
  }

  /// Makes rows for these numbers, which are rows themselves.
  private mutating func use(_ ids: [UInt32]) {
    var highest = -1
    for id in ids where id != ColumnContext.none { highest = max(highest, Int(id)) }
    if highest >= isUsed.count {
      isUsed += Array(repeating: false, count: highest + 1 - isUsed.count)
    }
    for id in ids where id != ColumnContext.none { isUsed[Int(id)] = true }
  }

  /// The row of a key of one part.
  private mutating func row(of part: UInt32) -> UInt32 {
    while rowOfPart.count <= Int(part) {
      rowOfPart += Array(
        repeating: ColumnContext.none, count: max(1_024, Int(part) + 1 - rowOfPart.count))
    }
    if rowOfPart[Int(part)] == ColumnContext.none {
      rowOfPart[Int(part)] = UInt32(partOfRow.count)
      partOfRow.append(part)
    }
    return rowOfPart[Int(part)]
  }

  // MARK: Merging

  /// Takes in the rows of another thread. `texts` and `integers` map its numbers to those of this thread.
  mutating func merge(_ other: AggregateFold, texts: [UInt32], integers: [UInt32]) {
    let (total, isOver) = magnitude.addingReportingOverflow(other.magnitude)
    magnitude = total
    isExact = isExact && other.isExact && !isOver && total <= UInt64(Int64.max)
    let width = empty.count
    if isDirect { return mergeDirect(other, texts) }
    let isText = aggregation.key.map(\.part.isText)
    let parts = other.keyParts()
    for row in 0..<other.count {
      var key: UInt32 = 0
      for level in isText.indices {
        let part = Int(parts[row * isText.count + level])
        let mapped = isText[level] ? texts[part] : integers[part]
        key =
          level == 0 ? mapped : levels[level - 1].number(of: UInt64(key) << 32 | UInt64(mapped))
      }
      if isText.count == 1 { key = self.row(of: key) }
      let from = row * width
      guard Int(key) < count else {
        slots += other.slots[from..<from + width]
        translate(Int(key) * width, texts)
        continue
      }
      combine(Int(key) * width, other, from, texts)
    }
  }

  private mutating func mergeDirect(_ other: AggregateFold, _ texts: [UInt32]) {
    let rows = other.isUsed.indices.filter { other.isUsed[$0] }
    use(rows.map { texts[$0] })
    makeRoom(rowCount)
    let width = empty.count
    for row in rows { combine(Int(texts[row]) * width, other, row * width, texts) }
  }

  /// Names of types that came from another thread.
  private mutating func translate(_ base: Int, _ texts: [UInt32]) {
    for (number, value) in aggregation.values.enumerated() where value.term == .lastType {
      let slot = base + places[number] + 2
      if slots[slot] != ColumnContext.null { slots[slot] = Int64(texts[Int(slots[slot])]) }
    }
  }

  private mutating func combine(
    _ base: Int, _ other: AggregateFold, _ from: Int, _ texts: [UInt32]
  ) {
    for number in steps.indices {
      let slot = base + places[number]
      let source = from + places[number]
      switch steps[number] {
      case .add: slots[slot] &+= other.slots[source]
      case .least: slots[slot] = min(slots[slot], other.slots[source])
      case .greatest: slots[slot] = max(slots[slot], other.slots[source])
      case .last(let isType):
        let (time, position) = (other.slots[source], other.slots[source + 1])
        guard time > slots[slot] || (time == slots[slot] && position > slots[slot + 1]) else {
          continue
        }
        slots[slot] = time
        slots[slot + 1] = position
        var found = other.slots[source + 2]
        if isType, found != ColumnContext.null { found = Int64(texts[Int(found)]) }
        slots[slot + 2] = found
      }
    }
  }

  /// How two numbers of the same key become one.
  private enum Step: Sendable {
    case add, least, greatest
    case last(isType: Bool)

    init(_ term: Aggregation.Term) {
      switch term {
      case .count, .sum: self = .add
      case .earliest: self = .least
      case .latest: self = .greatest
      case .lastInteger: self = .last(isType: false)
      case .lastType: self = .last(isType: true)
      }
    }
  }

  // MARK: Rows

  /// Writes every row, in the order of the primary key. `ranks` are the places of the strings in the order of their
  /// bytes.
  func write(
    to pages: PagedTables, _ strings: TextPool, ranks: [UInt32], _ integers: NumberTable
  ) throws {
    var values = RowValues()
    var run = RecordRun(pages.layout(of: aggregation.table))
    let isText = aggregation.key.map(\.part.isText)
    let kinds = aggregation.values.map { Self.kind($0.term) }
    let parts = keyParts()
    let arena = strings.arena
    let numbers = integers.keys
    for row in order(parts, ranks, numbers) {
      for level in isText.indices {
        let part = Int(parts[row * isText.count + level])
        if isText[level] {
          values.text(arena, strings.range(part))
        } else {
          values.integer(Int64(bitPattern: numbers[part]))
        }
      }
      let base = row * empty.count
      for number in kinds.indices {
        let place = base + places[number]
        switch kinds[number] {
        case .number: values.integer(slots[place])
        case .time(let none): values.integer(slots[place] == none ? nil : slots[place])
        case .last(let isText):
          let found = slots[place + 2]
          if found == ColumnContext.null {
            values.integer(nil)
          } else if isText {
            values.text(arena, strings.range(Int(found)))
          } else {
            values.integer(found)
          }
        }
      }
      run.append(values)
      values.removeAll()
      if run.bytes.count > Self.runMax {
        try pages.add([(aggregation.table, run)])
        run.removeAll()
      }
    }
    try pages.add([(aggregation.table, run)])
  }

  /// What a column holds.
  private enum Kind {
    case number
    case time(none: Int64)
    case last(isText: Bool)
  }

  private static func kind(_ term: Aggregation.Term) -> Kind {
    switch term {
    case .count, .sum: .number
    case .earliest: .time(none: .max)
    case .latest: .time(none: .min)
    case .lastInteger: .last(isText: false)
    case .lastType: .last(isText: true)
    }
  }

  /// The numbers of the parts of all rows' keys, row by row.
  private func keyParts() -> [UInt32] {
    if isDirect { return (0..<UInt32(count)).map { $0 } }
    guard let last = levels.last?.keys else { return partOfRow }
    let width = aggregation.key.count
    var parts: [UInt32] = Array(repeating: 0, count: count * width)
    for (row, pair) in last.enumerated() {
      parts[row * width + width - 1] = UInt32(truncatingIfNeeded: pair)
      var number = Int(pair >> 32)
      for place in stride(from: levels.count - 1, to: 0, by: -1) {
        let pair = levels[place - 1].keys[number]
        parts[row * width + place] = UInt32(truncatingIfNeeded: pair)
        number = Int(pair >> 32)
      }
      parts[row * width] = UInt32(number)
    }
    return parts
  }

  /// The rows by their keys: those of texts by counting, since ranks are dense.
  private func order(_ parts: [UInt32], _ ranks: [UInt32], _ numbers: [UInt64]) -> [Int] {
    let width = aggregation.key.count
    let isText = aggregation.key.map(\.part.isText)
    // Whether the second and further parts of one row's key come before those of another's.
    func precedes(_ one: Int, _ other: Int) -> Bool {
      for level in 1..<max(1, width) {
        let (a, b) = (Int(parts[one * width + level]), Int(parts[other * width + level]))
        if a == b { continue }
        return isText[level]
          ? ranks[a] < ranks[b]
          : Int64(bitPattern: numbers[a]) < Int64(bitPattern: numbers[b])
      }
      return false
    }
    if isText[0] { return orderByRank(parts, ranks, precedes) }
    // The first part decides most often: it is compared as a number, the others where it is the same.
    var order: [(first: UInt64, row: UInt32)] = []
    order.reserveCapacity(count)
    for row in 0..<count {
      order.append((numbers[Int(parts[row * width])] ^ (1 << 63), UInt32(row)))
    }
    order.sort { one, other in
      if one.first != other.first { return one.first < other.first }
      return precedes(Int(one.row), Int(other.row))
    }
    return order.map { Int($0.row) }
  }

  private func orderByRank(
    _ parts: [UInt32], _ ranks: [UInt32], _ precedes: (Int, Int) -> Bool
  ) -> [Int] {
    if isDirect {
      var rowOfRank: [Int] = Array(repeating: -1, count: ranks.count)
      for row in isUsed.indices where isUsed[row] { rowOfRank[Int(ranks[row])] = row }
      return rowOfRank.filter { $0 >= 0 }
    }
    // Where the rows of each rank begin; then each row in its place.
    let width = aggregation.key.count
    let rankOfRow = (0..<count).map { ranks[Int(parts[$0 * width])] }
    var starts: [UInt32] = Array(repeating: 0, count: ranks.count + 1)
    for rank in rankOfRow { starts[Int(rank) + 1] += 1 }
    for rank in 1..<max(1, starts.count) { starts[rank] += starts[rank - 1] }
    var order = Array(repeating: 0, count: Int(starts.last ?? 0))
    var next = starts
    for (row, rank) in rankOfRow.enumerated() {
      order[Int(next[Int(rank)])] = row
      next[Int(rank)] += 1
    }
    if width > 1 {
      for rank in ranks.indices where starts[rank + 1] - starts[rank] > 1 {
        order[Int(starts[rank])..<Int(starts[rank + 1])].sort(by: precedes)
      }
    }
    return order
  }
}
