// When an event is made, a row is skipped, a value is left out: conditions on the cells of a row.
import JSONBytes

/// A condition on a row.
indirect enum RowCondition: Sendable {
  case all([RowCondition])
  case any([RowCondition])
  case not(RowCondition)
  case test([Column], CellTest)

  func holds(in context: RowContext) throws(Misfit) -> Bool {
    switch self {
    case .all(let conditions):
      for condition in conditions where try !condition.holds(in: context) { return false }
      return true
    case .any(let conditions):
      for condition in conditions where try condition.holds(in: context) { return true }
      return false
    case .not(let condition): return try !condition.holds(in: context)
    case .test(let columns, let test):
      return try test.holds(for: try context.cell(columns), of: columns[0].name, in: context)
    }
  }
}

/// What one cell must be. Text is compared byte by byte; an empty cell equals nothing and is no number.
enum CellTest: Sendable {
  case equals([UInt8])
  case oneOf(Set<[UInt8]>)
  case startsWith([UInt8])
  case isEmpty
  case compared(Comparison, ExactDecimal)

  enum Comparison: String, Sendable { case lessThan, greaterThan, atMost, atLeast }

  func holds(
    for cell: ArraySlice<UInt8>?, of name: String, in context: RowContext
  ) throws(Misfit) -> Bool {
    guard let cell else {
      if case .isEmpty = self { return true }
      return false
    }
    switch self {
    case .equals(let text): return cell.elementsEqual(text)
    case .oneOf(let texts): return texts.contains(Array(cell))
    case .startsWith(let text): return cell.starts(with: text)
    case .isEmpty: return false
    case .compared(let comparison, let bound):
      guard let value = context.decimal(cell) else { throw .badNumber(name, "a number") }
      switch comparison {
      case .lessThan: return value < bound
      case .greaterThan: return value > bound
      case .atMost: return value <= bound
      case .atLeast: return value >= bound
      }
    }
  }
}
