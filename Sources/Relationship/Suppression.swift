// Which cells of a table of totals must not be shown, so that nobody can tell what few customers did.

/// The cells of a two-way table, and its totals, that are hidden.
package struct HiddenCells: Hashable, Sendable {
  /// By row, then by column.
  package var cells: [[Bool]]
  /// Of the row totals.
  package var rows: [Bool]
  /// Of the column totals.
  package var columns: [Bool]
  /// Of the total of all.
  package var total: Bool
}

/// Suppression of small cells in tables whose cells add up to their totals.
///
/// Hidden are (1) cells and totals of 1 to k - 1 customers; (2) as many more that no hidden value follows from those
/// shown by adding and subtracting rows and columns; (3) as many more that what is hidden of one row or column, whose
/// sum anybody can compute, is never fewer than k customers together. Empty cells stay: nobody is in them.
///
/// What this does not do: protect from what several tables give together, from sums over cells of several rows and
/// columns at once, and from narrow guesses ("at most the rest of the row").
///
/// A value follows from the others exactly if its edge is a bridge of the graph that has a node for each row and each
/// column, the totals included, and an edge for each hidden cell (Gusfield, *A graph theoretic approach to statistical
/// data security*, 1988).
package enum Suppression {
  /// What to hide of a table with its totals, each given by its number of distinct customers. A customer may be in
  /// several cells, so that totals of customers need not be sums. Cost: for each cell that is hidden besides the small
  /// ones, a few passes over the table.
  package static func hidden(
    cells: [[Int]], rows: [Int], columns: [Int], total: Int, k: Int
  ) -> HiddenCells {
    precondition(k > 0, "a group has customers")
    precondition(cells.count == rows.count, "each row has a total")
    precondition(cells.allSatisfy { $0.count == columns.count }, "each column has a total")
    // The totals are one more column and one more row.
    var table = HiddenTable(
      counts: zip(cells, rows).map { $0 + [$1] } + [columns + [total]], k: k)
    table.hideWhatIsSmall()
    while table.hideOneMore() {}
    let hidden = table.hidden
    return HiddenCells(
      cells: hidden.dropLast().map { Array($0.dropLast()) },
      rows: hidden.dropLast().map { $0[columns.count] },
      columns: Array(hidden[rows.count].dropLast()), total: hidden[rows.count][columns.count])
  }

  /// What to hide of a list of parts and their total: one value for each part, and for the total.
  package static func hidden(
    parts: [Int], total: Int, k: Int
  ) -> (parts: [Bool], total: Bool) {
    precondition(k > 0, "a group has customers")
    let counts = parts + [total]
    var hidden = counts.map { (1..<k).contains($0) }
    while HiddenTable.isWeak(counts.indices.filter { hidden[$0] }.map { counts[$0] }, k: k) {
      let shown = counts.indices.filter { counts[$0] > 0 && !hidden[$0] }
      guard let next = HiddenTable.choice(of: shown, by: { counts[$0] }, k: k) else { break }
      hidden[next] = true
    }
    return (Array(hidden.dropLast()), hidden[parts.count])
  }
}

/// A table with its totals as the last row and column.
private struct HiddenTable {
  let counts: [[Int]]
  let k: Int
  var hidden: [[Bool]]

  init(counts: [[Int]], k: Int) {
    self.counts = counts
    self.k = k
    hidden = counts.map { $0.map { _ in false } }
  }

  private var width: Int { counts[0].count }

  mutating func hideWhatIsSmall() {
    for row in counts.indices {
      for column in 0..<width where (1..<k).contains(counts[row][column]) {
        hidden[row][column] = true
      }
    }
  }

  /// Hides one more cell where one can be computed, or a sum of few customers; false where there is none.
  mutating func hideOneMore() -> Bool {
    let lines = lines
    for line in lines {
      let missing = line.filter { hidden[$0.row][$0.column] }
      guard Self.isWeak(missing.map(count), k: k) else { continue }
      if let next = Self.choice(of: line.filter(isShown), by: count, k: k) { return hide(next) }
    }
    guard let bridge = bridges().first else { return false }
    // More hidden cells in its row and in its column close a circle, sooner or later; where these are all hidden, the
    // gap is elsewhere.
    let near = (lines[bridge.row] + lines[counts.count + bridge.column]).filter(isShown)
    let shown = near.isEmpty ? lines.joined().filter(isShown) : near
    guard let next = shown.min(by: { count($0) < count($1) }) else { return false }
    return hide(next)
  }

  private mutating func hide(_ cell: Cell) -> Bool {
    hidden[cell.row][cell.column] = true
    return true
  }

  private func isShown(_ cell: Cell) -> Bool {
    count(cell) > 0 && !hidden[cell.row][cell.column]
  }

  /// What to hide besides: the smallest that alone is many; else the largest that there is.
  static func choice<Item>(of shown: [Item], by count: (Item) -> Int, k: Int) -> Item? {
    shown.filter { count($0) >= k }.min { count($0) < count($1) }
      ?? shown.max { count($0) < count($1) }
  }

  private func count(_ cell: Cell) -> Int { counts[cell.row][cell.column] }

  private struct Cell: Hashable {
    var row: Int
    var column: Int
  }

  /// All rows, then all columns.
  private var lines: [[Cell]] {
    counts.indices.map { row in (0..<width).map { Cell(row: row, column: $0) } }
      + (0..<width).map { column in counts.indices.map { Cell(row: $0, column: column) } }
  }

  /// Whether one value of a line follows from the others, or all that is hidden of it may be few customers. `missing`
  /// are the counts of what is hidden. Customers may be in several cells: the largest says how many there are at least.
  static func isWeak(_ missing: [Int], k: Int) -> Bool {
    guard !missing.isEmpty else { return false }
    return missing.count == 1 || !missing.contains { $0 >= k }
  }

  /// Hidden cells that follow from the others: bridges of the graph of rows and columns.
  private func bridges() -> [Cell] {
    let height = counts.count
    var neighbours = [[Int]](repeating: [], count: height + width)
    for row in 0..<height {
      for column in 0..<width where hidden[row][column] {
        neighbours[row].append(height + column)
        neighbours[height + column].append(row)
      }
    }
    var order = [Int](repeating: -1, count: height + width)
    var lowest = order
    var found: [Cell] = []
    var clock = 0
    for start in 0..<height where order[start] < 0 && !neighbours[start].isEmpty {
      // Depth first, without recursion: a column of areas may be long.
      var path: [(node: Int, from: Int, next: Int)] = [(start, -1, 0)]
      order[start] = clock
      lowest[start] = clock
      clock += 1
      while let top = path.last {
        if top.next < neighbours[top.node].count {
          path[path.count - 1].next += 1
          let other = neighbours[top.node][top.next]
          if other == top.from { continue }
          if order[other] >= 0 {
            lowest[top.node] = min(lowest[top.node], order[other])
          } else {
            order[other] = clock
            lowest[other] = clock
            clock += 1
            path.append((other, top.node, 0))
          }
        } else {
          path.removeLast()
          guard let above = path.last?.node else { continue }
          lowest[above] = min(lowest[above], lowest[top.node])
          if lowest[top.node] > order[above] {
            let (row, column) = above < height ? (above, top.node) : (top.node, above)
            found.append(Cell(row: row, column: column - height))
          }
        }
      }
    }
    return found
  }
}
