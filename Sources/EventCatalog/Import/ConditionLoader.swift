// The parts of a mapping that name columns: conditions, templates, and the columns themselves.
import JSONBytes

extension MappingLoader {
  /// A condition, or a list of which all must hold.
  mutating func condition(
    _ node: YAMLNode, inElement: Bool
  ) throws(MappingError) -> RowCondition {
    if case .sequence(let elements) = node.content {
      return .all(try conditions(elements, inElement))
    }
    let fields = try MappingFields(
      node, "a condition",
      known: [
        "column", "equals", "notEquals", "in", "notIn", "startsWith", "empty", "present",
        "lessThan",
        "greaterThan", "atMost", "atLeast", "all", "any", "not",
      ], file: file)
    for joint in ["all", "any", "not"] {
      guard let inner = fields[joint] else { continue }
      guard fields.names.count == 1 else {
        throw fault(
          node.line, "mapping.value", "`\(joint)` stands alone; put the other tests below it")
      }
      if joint == "not" { return .not(try condition(inner, inElement: inElement)) }
      guard case .sequence(let elements) = inner.content, !elements.isEmpty else {
        throw fault(inner.line, "mapping.value", "`\(joint)` is a list of conditions")
      }
      let conditions = try conditions(elements, inElement)
      return joint == "all" ? .all(conditions) : .any(conditions)
    }
    _ = try fields.required("column")
    var columns: [Column] = []
    for name in try fields.texts("column") ?? [] {
      columns.append(try column(name.text, name.line, inElement: inElement))
    }
    let tests = try self.tests(fields, columns)
    guard !tests.isEmpty else {
      throw fault(
        node.line, "mapping.missing",
        "it is not said what `\(columns[0].name)` must be; add equals, in, startsWith, present or another "
          + "test")
    }
    return tests.count == 1 ? tests[0] : .all(tests)
  }

  private mutating func conditions(
    _ nodes: [YAMLNode], _ inElement: Bool
  ) throws(MappingError) -> [RowCondition] {
    var conditions: [RowCondition] = []
    for node in nodes { conditions.append(try condition(node, inElement: inElement)) }
    return conditions
  }

  private func tests(
    _ fields: MappingFields, _ columns: [Column]
  ) throws(MappingError) -> [RowCondition] {
    var tests: [RowCondition] = []
    if let text = try fields.text("equals") {
      tests.append(.test(columns, .equals(Array(text.utf8))))
    }
    if let text = try fields.text("notEquals") {
      tests.append(.not(.test(columns, .equals(Array(text.utf8)))))
    }
    if let texts = try fields.texts("in") {
      tests.append(.test(columns, .oneOf(Set(texts.map { Array($0.text.utf8) }))))
    }
    if let texts = try fields.texts("notIn") {
      tests.append(.not(.test(columns, .oneOf(Set(texts.map { Array($0.text.utf8) })))))
    }
    if let text = try fields.text("startsWith") {
      tests.append(.test(columns, .startsWith(Array(text.utf8))))
    }
    for (name, whenYes) in [("empty", true), ("present", false)] {
      if let flag = try fields.flag(name) {
        tests.append(flag == whenYes ? .test(columns, .isEmpty) : .not(.test(columns, .isEmpty)))
      }
    }
    let comparisons: [CellTest.Comparison] = [.lessThan, .greaterThan, .atMost, .atLeast]
    for comparison in comparisons {
      guard let text = try fields.text(comparison.rawValue) else { continue }
      guard let bound = ExactDecimal(text) else {
        throw fault(
          fields[comparison.rawValue]?.line ?? fields.line, "mapping.value",
          "`\(comparison.rawValue)` is a decimal number")
      }
      tests.append(.test(columns, .compared(comparison, bound)))
    }
    return tests
  }

  /// A column by name or pointer; `record/…` within `each` is one of the whole record.
  mutating func column(
    _ name: String, _ line: Int, inElement: Bool
  ) throws(MappingError) -> Column {
    guard case .delimited(_, let header, let names) = reads else {
      let reachesOut = inElement && name.hasPrefix("record/")
      guard let path = pointerParts(reachesOut ? String(name.dropFirst(6)) : name) else {
        throw fault(
          line, "mapping.column",
          "`\(name)` is not a JSON Pointer; in JSON a column is written like /customer/id"
            + (inElement ? ", or record/customer/id for one of the whole record" : ""))
      }
      return Column(name: name, slot: -1, path: path, ofRecord: !inElement || reachesOut)
    }
    guard header || names.contains(name) else {
      throw fault(
        line, "mapping.column",
        "there is no column `\(name)`; `columns` names: " + names.joined(separator: ", "))
    }
    return Column(name: name, slot: slot(name, line), path: [], ofRecord: true)
  }

  /// Text with `{column}` in it; `{{` and `}}` are braces.
  mutating func template(
    _ text: String, _ line: Int, inElement: Bool = false
  ) throws(MappingError) -> Template {
    var parts: [Template.Part] = []
    for piece in try pieces(text, line) {
      switch piece {
      case .text(let bytes): parts.append(.text(bytes))
      case .place("@file"): parts.append(.file)
      case .place("@line"): parts.append(.line)
      case .place("@number"): parts.append(.number)
      case .place(let name) where name.hasPrefix("@"):
        throw fault(
          line, "mapping.column",
          "`{\(name)}` is not known; there are {@file}, {@line} and {@number}")
      case .place(let name):
        parts.append(.column(try column(name, line, inElement: inElement)))
      }
    }
    return Template(parts: parts)
  }

  /// The text if it names no column, with double braces made single; nil if it does.
  func plainText(_ text: String, _ line: Int) throws(MappingError) -> [UInt8]? {
    var plain: [UInt8] = []
    for piece in try pieces(text, line) {
      guard case .text(let bytes) = piece else { return nil }
      plain += bytes
    }
    return plain
  }

  private enum Piece {
    case text([UInt8])
    case place(String)
  }

  private func pieces(_ text: String, _ line: Int) throws(MappingError) -> [Piece] {
    let bytes = Array(text.utf8)
    let open = UInt8(ascii: "{")
    let close = UInt8(ascii: "}")
    var pieces: [Piece] = []
    var literal: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == open || byte == close, index + 1 < bytes.count, bytes[index + 1] == byte {
        literal.append(byte)
        index += 2
      } else if byte == open {
        guard let end = bytes[index...].firstIndex(of: close) else {
          throw fault(
            line, "mapping.value", "a { without its }; close it, or write {{ for a brace")
        }
        if !literal.isEmpty { pieces.append(.text(literal)) }
        literal = []
        pieces.append(.place(String(decoding: bytes[(index + 1)..<end], as: UTF8.self)))
        index = end + 1
      } else if byte == close {
        throw fault(line, "mapping.value", "a } without its {; write }} for a brace")
      } else {
        literal.append(byte)
        index += 1
      }
    }
    if !literal.isEmpty { pieces.append(.text(literal)) }
    return pieces
  }
}
