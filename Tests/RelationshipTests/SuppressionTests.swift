// Tables of totals from which nobody can compute what few customers did: tried on every small table.

import RapportTesting
import Relationship
import Testing

@Suite struct SuppressionTests {
  /// A table of disjoint groups: totals are sums.
  private struct Table {
    var cells: [[Int]]
    var rows: [Int] { cells.map { $0.reduce(0, +) } }
    var columns: [Int] { cells[0].indices.map { column in cells.reduce(0) { $0 + $1[column] } } }
    var total: Int { rows.reduce(0, +) }

    func hidden(k: Int) -> HiddenCells {
      Suppression.hidden(cells: cells, rows: rows, columns: columns, total: total, k: k)
    }
  }

  /// What an attacker has: an equation for each row and each column, and the values shown.
  private struct Attack {
    let counts: [[Int]]
    let hidden: [[Bool]]
    var unknown: [(row: Int, column: Int)] = []

    init(_ table: Table, _ hidden: HiddenCells) {
      counts = zip(table.cells, table.rows).map { $0 + [$1] } + [table.columns + [table.total]]
      self.hidden =
        zip(hidden.cells, hidden.rows).map { $0 + [$1] } + [hidden.columns + [hidden.total]]
      for row in counts.indices {
        for column in counts[0].indices where self.hidden[row][column] {
          unknown.append((row, column))
        }
      }
    }

    /// Hidden values that follow from those shown: unit vectors among the sums of equations. Gaussian elimination modulo a
    /// prime; the matrix is totally unimodular, so a prime tells what rationals tell.
    var computed: [(row: Int, column: Int)] {
      let prime = 1_000_003
      var lines: [[Int]] = []
      for row in counts.indices {
        lines.append(
          unknown.map { $0.row == row ? ($0.column == counts[0].count - 1 ? prime - 1 : 1) : 0 })
      }
      for column in counts[0].indices {
        lines.append(
          unknown.map { $0.column == column ? ($0.row == counts.count - 1 ? prime - 1 : 1) : 0 })
      }
      var next = 0
      for column in unknown.indices {
        guard let pivot = lines.indices.first(where: { $0 >= next && lines[$0][column] != 0 })
        else { continue }
        lines.swapAt(next, pivot)
        let factor = Self.inverse(lines[next][column], prime)
        lines[next] = lines[next].map { $0 * factor % prime }
        for other in lines.indices where other != next && lines[other][column] != 0 {
          let times = lines[other][column]
          for place in unknown.indices {
            lines[other][place] =
              (lines[other][place] + (prime - times) * lines[next][place]) % prime
          }
        }
        next += 1
      }
      return lines.prefix(next).compactMap { line in
        let places = line.indices.filter { line[$0] != 0 }
        return places.count == 1 ? unknown[places[0]] : nil
      }
    }

    private static func inverse(_ value: Int, _ prime: Int) -> Int {
      var (result, base, exponent) = (1, value, prime - 2)
      while exponent > 0 {
        if exponent & 1 == 1 { result = result * base % prime }
        base = base * base % prime
        exponent >>= 1
      }
      return result
    }

    /// Groups of fewer than k customers whose sum is the rest of a row or column.
    func smallRests(k: Int) -> [Int] {
      let height = counts.count - 1
      let width = counts[0].count - 1
      var rests: [Int] = []
      for row in 0...height where !hidden[row][width] {
        rests.append((0..<width).filter { hidden[row][$0] }.map { counts[row][$0] }.reduce(0, +))
      }
      for column in 0...width where !hidden[height][column] {
        rests.append(
          (0..<height).filter { hidden[$0][column] }.map { counts[$0][column] }.reduce(0, +))
      }
      return rests.filter { (1..<k).contains($0) }
    }
  }

  private func expectSafe(_ table: Table, k: Int) {
    let hidden = table.hidden(k: k)
    let attack = Attack(table, hidden)
    #expect(attack.computed.isEmpty, "\(table.cells), k = \(k): \(attack.computed)")
    #expect(attack.smallRests(k: k).isEmpty, "\(table.cells), k = \(k)")
    for row in attack.counts.indices {
      for column in attack.counts[0].indices {
        let count = attack.counts[row][column]
        if (1..<k).contains(count) {
          #expect(attack.hidden[row][column], "\(table.cells), k = \(k)")
        }
        if count == 0 {
          #expect(!attack.hidden[row][column], "an empty cell has nobody to protect")
        }
      }
    }
  }

  /// Every table of a size whose cells are among `values`.
  private func everyTable(_ height: Int, _ width: Int, _ values: [Int], _ body: (Table) -> Void) {
    let cells = height * width
    var choice = [Int](repeating: 0, count: cells)
    while true {
      body(
        Table(
          cells: (0..<height).map { row in (0..<width).map { values[choice[row * width + $0]] } }))
      guard let place = choice.indices.first(where: { choice[$0] < values.count - 1 }) else {
        return
      }
      choice[place] += 1
      for before in 0..<place { choice[before] = 0 }
    }
  }

  @Test func noSubtractionTellsWhatFewDidInAnySmallTable() {
    for (height, width, values) in [
      (1, 1, [0, 1, 2, 3, 7]), (1, 3, [0, 1, 2, 3, 7]), (2, 2, [0, 1, 2, 3, 4, 7]),
      (2, 3, [0, 1, 3, 5]), (3, 3, [0, 1, 4]),
    ] {
      everyTable(height, width, values) { expectSafe($0, k: 3) }
    }
  }

  @Test func norInRandomOnes() {
    var random = SeededGenerator.ofThisRun()
    for _ in 0..<400 {
      let height = 1 + random.below(7)
      let width = 1 + random.below(7)
      let cells = (0..<height).map { _ in
        (0..<width).map { _ in
          random.chance(30) ? 0 : random.chance(40) ? random.below(10) : random.below(60)
        }
      }
      expectSafe(Table(cells: cells), k: 10)
    }
  }

  @Test func aTableOfLargeGroupsIsShownWhole() {
    let hidden = Table(cells: [[10, 20], [30, 0]]).hidden(k: 10)
    #expect(!hidden.cells.joined().contains(true) && !hidden.total)
    #expect(!(hidden.rows + hidden.columns).contains(true))
  }

  /// One small cell costs three others: a circle.
  @Test func asLittleAsPossibleIsHiddenBesides() {
    let hidden = Table(cells: [[3, 20, 30], [40, 11, 60], [70, 80, 90]]).hidden(k: 10)
    #expect(hidden.cells == [[true, true, false], [true, true, false], [false, false, false]])
  }

  @Test func ofAListOnePartIsNeverTheRest() {
    withEvery("parts", in: [[1], [5, 1], [9, 1, 20, 4], [1, 1], [0, 2], [3, 3, 3], [12, 12]]) {
      parts in
      let total = parts.reduce(0, +)
      let hidden = Suppression.hidden(parts: parts, total: total, k: 3)
      let rest = parts.indices.filter { hidden.parts[$0] }
      if !hidden.total {
        #expect(
          rest.count != 1 && (rest.isEmpty || rest.map { parts[$0] }.reduce(0, +) >= 3),
          "\(loopValues)")
      }
      for place in parts.indices where (1..<3).contains(parts[place]) {
        #expect(hidden.parts[place])
      }
      if !parts.contains(where: { (1..<3).contains($0) }) { #expect(rest.isEmpty) }
    }
  }
}
