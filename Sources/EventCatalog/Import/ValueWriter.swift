// Writes the values of an event as JSON text, straight from the cells of a row.
import JSONBytes

/// Appends what a plan makes of a row to JSON text.
struct ValueWriter {
  var output: [UInt8] = []

  /// Appends the value. False: it is to be left away, and nothing was appended.
  mutating func write(_ plan: ValuePlan, _ context: inout RowContext) throws(Misfit) -> Bool {
    switch plan {
    case .constant(let json):
      output += json
      return true
    case .leaf(let leaf): return try write(leaf, context)
    case .object(let members):
      output.append(UInt8(ascii: "{"))
      var isFirst = true
      for member in members {
        let mark = output.count
        if !isFirst { output.append(UInt8(ascii: ",")) }
        output += member.quoted
        if try write(member.value, &context) {
          isFirst = false
        } else {
          output.removeSubrange(mark...)
        }
      }
      output.append(UInt8(ascii: "}"))
      return true
    case .array(let elements):
      output.append(UInt8(ascii: "["))
      var isFirst = true
      for element in elements { try writeElement(element, &context, &isFirst) }
      output.append(UInt8(ascii: "]"))
      return true
    case .each(let each): return try write(each, &context)
    case .pointOfSubject:
      JSONText.appendQuoted(ImportedAddress.pointWord.utf8, to: &output)
      return true
    case .sum(let sum):
      let total = try self.sum(sum, &context)
      return try ValueForms.write(total, as: sum.form, sum.column.name, context, to: &output)
    }
  }

  private mutating func writeElement(
    _ plan: ValuePlan, _ context: inout RowContext, _ isFirst: inout Bool
  ) throws(Misfit) {
    let mark = output.count
    if !isFirst { output.append(UInt8(ascii: ",")) }
    if try write(plan, &context) {
      isFirst = false
    } else {
      output.removeSubrange(mark...)
    }
  }

  private mutating func write(
    _ each: EachPlan, _ context: inout RowContext
  ) throws(Misfit) -> Bool {
    let mark = output.count
    output.append(UInt8(ascii: "["))
    var isFirst = true
    try Self.forEach(each.over, each.when, &context) { (inner) throws(Misfit) in
      try writeElement(each.give, &inner, &isFirst)
    }
    if !isFirst {
      output.append(UInt8(ascii: "]"))
      return true
    }
    output.removeSubrange(mark...)
    switch each.ifEmpty {
    case .absent: return false
    case .use(let json):
      output += json
      return true
    case .reject:
      if case .elements(let column) = each.over { throw .missing(column.name) }
      throw Misfit("import.missing-value", "no row of the group gives a line")
    }
  }

  private func sum(_ plan: SumPlan, _ context: inout RowContext) throws(Misfit) -> ExactDecimal {
    var total = ExactDecimal(0)
    try Self.forEach(plan.over, plan.when, &context) { (inner) throws(Misfit) in
      var value = try Self.decimal(plan.column, inner)
      if let times = plan.times {
        guard let product = value.multiplied(by: try Self.decimal(times, inner)) else {
          throw .badNumber(plan.column.name, "small enough to be multiplied exactly")
        }
        value = product
      }
      guard let sum = total.adding(value) else {
        throw .badNumber(plan.column.name, "small enough to be summed exactly")
      }
      total = sum
    }
    return total
  }

  private static func decimal(
    _ column: Column, _ context: RowContext
  ) throws(Misfit) -> ExactDecimal {
    guard let cell = try context.cell(column) else { throw .missing(column.name) }
    guard let value = context.decimal(cell) else {
      throw .badNumber(column.name, "a decimal number")
    }
    return value
  }

  /// Calls `body` with the context narrowed to each row or element for which `when` holds.
  static func forEach(
    _ over: EachPlan.Over, _ when: RowCondition?, _ context: inout RowContext,
    _ body: (inout RowContext) throws(Misfit) -> Void
  ) throws(Misfit) {
    switch over {
    case .rows:
      if context.group.isEmpty {
        if let when, try !when.holds(in: context) { return }
        return try body(&context)
      }
      let whole = context.record
      defer { context.record = whole }
      for row in context.group {
        context.record = row.record
        do throws(Misfit) {
          if let when, try !when.holds(in: context) { continue }
          try body(&context)
        } catch {
          var misfit = error
          misfit.line = row.line
          throw misfit
        }
      }
    case .elements(let column):
      guard case .json(let record) = context.record else { return }
      let outer = context.element
      defer { context.element = outer }
      let base = column.ofRecord ? record : outer ?? record
      guard let list = base.at(path: column.path), list.kind != .null else { return }
      let elements: [JSONView]
      switch list.kind {
      case .array: elements = Array(list.elements)
      // Of an object whose names are ids, each value.
      case .object: elements = list.members.map { $0.value }
      default: throw Misfit("import.bad-value", "`\(column.name)` is not an array")
      }
      for element in elements {
        context.element = element
        if let when, try !when.holds(in: context) { continue }
        try body(&context)
      }
    }
  }

  /// The text of an id or subject, unconverted; nil where there is none and `ifEmpty` allows it.
  func plainText(
    of leaf: LeafPlan, _ context: RowContext, orNil: Bool = false
  ) throws(Misfit) -> ArraySlice<UInt8>? {
    if let when = leaf.when, try !when.holds(in: context) { return nil }
    let text = try sourceText(leaf, context)
    if text == nil, !orNil, case .reject = leaf.ifEmpty { throw .missing(leaf.name) }
    return text
  }

  private func sourceText(
    _ leaf: LeafPlan, _ context: RowContext
  ) throws(Misfit) -> ArraySlice<UInt8>? {
    switch leaf.source {
    case .columns(let columns): try context.cell(columns)
    case .template(let template): try template.text(in: context)
    case .idOf(let number, _): context.id(ofEvent: number).map { $0[...] }
    }
  }

  /// Appends one value. False: it is to be left away.
  mutating func write(_ leaf: LeafPlan, _ context: RowContext) throws(Misfit) -> Bool {
    if let when = leaf.when, try !when.holds(in: context) { return false }
    guard let text = try sourceText(leaf, context) else {
      return try fallBack(leaf.ifEmpty, else: .missing(leaf.name))
    }
    guard let map = leaf.map else {
      return try ValueForms.write(text, as: leaf.form, leaf.name, context, to: &output)
    }
    guard let mapped = map[Array(text)] else {
      return try fallBack(
        leaf.ifUnknown,
        else: Misfit(
          "import.unmapped-value", "`\(leaf.name)` holds a code that the mapping's `map` lacks"))
    }
    guard let mapped else { return false }
    output += mapped
    return true
  }

  private mutating func fallBack(
    _ fallback: Fallback, else misfit: Misfit
  ) throws(Misfit) -> Bool {
    switch fallback {
    case .reject: throw misfit
    case .absent: return false
    case .use(let json):
      output += json
      return true
    }
  }
}
