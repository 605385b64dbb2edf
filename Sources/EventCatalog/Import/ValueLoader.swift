// The part of a mapping that says where values come from: columns, templates, maps, sums, conditions.
import JSONBytes

extension MappingLoader {
  /// Words that make a group an expression; any other group mirrors an object of the event.
  private static let leads = ["column", "template", "idOf", "sum", "each"]

  private static let leafOptions = [
    "when", "as", "negate", "money", "date", "instant", "zone", "year", "daysBefore", "duration",
    "normalise", "countryCode", "trunkPrefix", "map", "ifEmpty", "ifUnknown",
  ]

  /// A value of `data`.
  mutating func value(_ node: YAMLNode, inElement: Bool) throws(MappingError) -> ValuePlan {
    switch node.content {
    case .scalar(let text, _):
      if let constant = try constantScalar(node) { return .constant(constant) }
      let template = try self.template(text, node.line, inElement: inElement)
      return .leaf(LeafPlan(source: .template(template)))
    case .sequence(let elements):
      var plans: [ValuePlan] = []
      for element in elements { plans.append(try value(element, inElement: inElement)) }
      return .array(plans)
    case .mapping(let members):
      let lead = members.first { Self.leads.contains($0.name) }?.name
      switch lead {
      case "each": return try each(node, inElement: inElement)
      case "sum": return try sum(node, inElement: inElement)
      case .some: return .leaf(try leaf(node, "a value", inElement: inElement))
      case nil:
        var plans: [ValuePlan.Member] = []
        for member in members {
          var quoted: [UInt8] = []
          JSONText.appendQuoted(member.name.utf8, to: &quoted)
          quoted.append(UInt8(ascii: ":"))
          plans.append(
            ValuePlan.Member(
              name: member.name, quoted: quoted,
              value: try value(member.value, inElement: inElement)))
        }
        return .object(plans)
      }
    }
  }

  /// JSON text of a scalar that names no column; nil if it does.
  private func constantScalar(_ node: YAMLNode) throws(MappingError) -> [UInt8]? {
    guard case .scalar(let text, let isPlain) = node.content else { return nil }
    if node.isNull {
      throw fault(
        node.line, "mapping.value",
        "nothing is written here; an unknown value is left away, so remove the field")
    }
    if isPlain, text == "true" || text == "false" || isJSONNumber(text) { return Array(text.utf8) }
    let template = try plainText(text, node.line)
    guard let template else { return nil }
    var json: [UInt8] = []
    JSONText.appendQuoted(template, to: &json)
    return json
  }

  private func isJSONNumber(_ text: String) -> Bool {
    guard let first = text.utf8.first, TextRules.isDigit(first) || first == UInt8(ascii: "-") else {
      return false
    }
    return (try? JSONDocument(scanning: Array(text.utf8))) != nil  // nil: it is no number
  }

  /// JSON text of a value that takes nothing from the row.
  private func constant(_ node: YAMLNode) throws(MappingError) -> [UInt8] {
    switch node.content {
    case .scalar:
      guard let json = try constantScalar(node) else {
        throw fault(node.line, "mapping.value", "here stands a constant; it cannot name columns")
      }
      return json
    case .sequence(let elements):
      var json = Array("[".utf8)
      for (place, element) in elements.enumerated() {
        if place > 0 { json.append(UInt8(ascii: ",")) }
        json += try constant(element)
      }
      return json + "]".utf8
    case .mapping(let members):
      var json = Array("{".utf8)
      for (place, member) in members.enumerated() {
        if place > 0 { json.append(UInt8(ascii: ",")) }
        JSONText.appendQuoted(member.name.utf8, to: &json)
        json.append(UInt8(ascii: ":"))
        json += try constant(member.value)
      }
      return json + "}".utf8
    }
  }

  /// One value from one place: text with columns in it, or a group with `column`, `template` or `idOf`.
  mutating func leaf(
    _ node: YAMLNode, _ what: String, inElement: Bool = false, subject: Bool = false
  ) throws(MappingError) -> LeafPlan {
    if let text = node.text {
      return LeafPlan(
        source: .template(try template(text, node.line, inElement: inElement)))
    }
    let fields = try MappingFields(
      node, what, known: ["column", "template", "idOf"] + Self.leafOptions, file: file)
    var plan = LeafPlan(source: try source(fields, node.line, inElement))
    plan.when = try fields["when"].map { (node) throws(MappingError) in
      try condition(node, inElement: inElement)
    }
    plan.form = try form(fields, inElement)
    plan.map = try map(fields)
    if !(subject && fields["ifEmpty"]?.text == "anonymous") {
      plan.ifEmpty = try fallback("ifEmpty", fields)
    }
    plan.ifUnknown = try fallback("ifUnknown", fields)
    if plan.map == nil, let node = fields["ifUnknown"] {
      throw fault(node.line, "mapping.value", "`ifUnknown` belongs to a `map`; remove it or add one")
    }
    return plan
  }

  private mutating func source(
    _ fields: MappingFields, _ line: Int, _ inElement: Bool
  ) throws(MappingError) -> LeafPlan.Source {
    let leads = fields.names.filter { ["column", "template", "idOf"].contains($0) }
    guard leads.count == 1 else {
      throw fault(
        line, "mapping.missing", "a value comes from one of `column`, `template` and `idOf`")
    }
    if let names = try fields.texts("column") {
      var columns: [Column] = []
      for name in names { columns.append(try column(name.text, name.line, inElement: inElement)) }
      return .columns(columns)
    }
    if let text = try fields.text("template") {
      return .template(
        try template(text, fields["template"]?.line ?? line, inElement: inElement))
    }
    let name = try fields.requiredText("idOf")
    return .idOf(try named(name, fields["idOf"]?.line ?? line), name: name)
  }

  private func fallback(
    _ name: String, _ fields: MappingFields
  ) throws(MappingError) -> Fallback {
    guard let node = fields[name] else { return .reject }
    switch node.text {
    case "reject": return .reject
    case "absent": return .absent
    case nil:
      let inner = try MappingFields(node, "`\(name)`", known: ["use"], file: file)
      return .use(try constant(try inner.required("use")))
    default:
      throw fault(
        node.line, "mapping.value",
        "`\(name)` is `reject`, `absent`, or {use: …} with the value that stands in")
    }
  }

  private func map(_ fields: MappingFields) throws(MappingError) -> [[UInt8]: [UInt8]?]? {
    guard let node = fields["map"] else { return nil }
    guard case .mapping(let members) = node.content, !members.isEmpty else {
      throw fault(
        node.line, "mapping.value", "`map` is a table of codes and what they mean, one a line")
    }
    var table: [[UInt8]: [UInt8]?] = [:]
    for member in members {
      let meaning: [UInt8]? = member.value.isNull ? nil : try constant(member.value)
      table.updateValue(meaning, forKey: Array(member.name.utf8))
    }
    return table
  }

  private mutating func form(
    _ fields: MappingFields, _ inElement: Bool
  ) throws(MappingError) -> ValueForm {
    let kinds = ["as", "money", "date", "instant", "duration", "normalise", "map"]
    let chosen = fields.names.filter { kinds.contains($0) }
    if chosen.count > 1 {
      throw fault(
        fields[chosen[1]]?.line ?? fields.line, "mapping.value",
        "`\(chosen[0])` and `\(chosen[1])` exclude each other; keep one")
    }
    try checkCompanions(fields, chosen.first)
    let negated = try fields.flag("negate") ?? false
    switch chosen.first {
    case "as": return try asForm(fields, negated)
    case "money": return .money(try currency(fields, inElement), negated: negated)
    case "date":
      let pattern = try pattern("date", fields)
      return .date(pattern, year: try year(pattern, fields))
    case "instant": return .instant(try instantForm(fields, inElement))
    case "duration":
      let parts = try fields.choice(
        "duration",
        ["seconds": ("PT", "S"), "minutes": ("PT", "M"), "hours": ("PT", "H"), "days": ("P", "D")])
      return .duration(before: parts?.0 ?? "", behind: parts?.1 ?? "")
    case "normalise":
      let isPhone = try fields.choice("normalise", ["email": false, "phone": true]) ?? false
      return isPhone ? .phone(try phone(fields)) : .email
    default: return .text
    }
  }

  /// Refuses options that would silently do nothing.
  private func checkCompanions(
    _ fields: MappingFields, _ chosen: String?
  ) throws(MappingError) {
    let needs: KeyValuePairs<String, [String]> = [
      "negate": ["as", "money"], "zone": ["instant"], "year": ["date", "instant"],
      "daysBefore": ["instant"], "countryCode": ["normalise"], "trunkPrefix": ["normalise"],
    ]
    for (option, forms) in needs {
      guard let node = fields[option] else { continue }
      guard let chosen, forms.contains(chosen) else {
        throw fault(
          node.line, "mapping.value",
          "`\(option)` belongs to `" + forms.joined(separator: "` or `") + "`; add it, or remove `\(option)`")
      }
    }
  }

  private func asForm(
    _ fields: MappingFields, _ negated: Bool
  ) throws(MappingError) -> ValueForm {
    let forms: KeyValuePairs<String, ValueForm> = [
      "text": .text, "id": .id, "integer": .integer(negated: negated),
      "number": .number(negated: negated), "decimal": .decimal(negated: negated),
    ]
    return try fields.choice("as", forms) ?? .text
  }

  private mutating func currency(
    _ fields: MappingFields, _ inElement: Bool
  ) throws(MappingError) -> ValueForm.Currency {
    let node = try fields.required("money")
    if let code = node.text {
      guard code.utf8.count == 3, code.utf8.allSatisfy(TextRules.isUpper) else {
        throw fault(
          node.line, "mapping.value",
          "`money` is a currency code such as EUR (ISO 4217), or {column: …} that holds one")
      }
      return .fixed(code)
    }
    let inner = try MappingFields(node, "`money`", known: ["column"], file: file)
    _ = try inner.required("column")
    var columns: [Column] = []
    for name in try inner.texts("column") ?? [] {
      columns.append(try column(name.text, name.line, inElement: inElement))
    }
    return .columns(columns)
  }

  private func pattern(
    _ name: String, _ fields: MappingFields
  ) throws(MappingError) -> DatePattern {
    let text = try fields.requiredText(name)
    do throws(DatePattern.Refusal) {
      return try DatePattern(text)
    } catch {
      throw fault(fields[name]?.line ?? fields.line, "mapping.pattern", error.sentence)
    }
  }

  private func year(
    _ pattern: DatePattern, _ fields: MappingFields
  ) throws(MappingError) -> Int? {
    let year = try fields.number("year", in: 1900...2199)
    if pattern.hasYear, let node = fields["year"] {
      throw fault(node.line, "mapping.value", "the pattern reads a year already; remove `year`")
    }
    if !pattern.hasYear, year == nil {
      throw fault(fields.line, "mapping.missing", "the pattern reads no year; add `year`")
    }
    return year
  }

  private mutating func instantForm(
    _ fields: MappingFields, _ inElement: Bool
  ) throws(MappingError) -> InstantForm {
    let pattern = try self.pattern("instant", fields)
    var form = InstantForm(pattern: pattern, year: try year(pattern, fields))
    if let zone = try fields.text("zone") {
      let line = fields["zone"]?.line ?? fields.line
      guard let minutes = fixedOffsetMinutes(zone) else {
        throw fault(
          line, "mapping.zone",
          "`zone` is `UTC` or a fixed distance from it such as \"+02:00\"; names of time zones are "
            + "not read, because their rules change after the fact")
      }
      if pattern.hasOffset {
        throw fault(line, "mapping.zone", "the pattern reads the distance from UTC; remove `zone`")
      }
      form.offsetMinutes = minutes
    } else if !pattern.hasOffset {
      throw fault(
        fields.line, "mapping.zone",
        "it is not said which clock these times are of; add `zone: UTC` or a fixed distance such as "
          + "\"+02:00\"")
    }
    if let name = try fields.text("daysBefore") {
      form.daysBefore = try column(
        name, fields["daysBefore"]?.line ?? fields.line, inElement: inElement)
    }
    return form
  }

  private func phone(_ fields: MappingFields) throws(MappingError) -> PhoneForm {
    let countryCode = try fields.text("countryCode")
    if let countryCode {
      let digits = countryCode.utf8.dropFirst()
      guard countryCode.hasPrefix("+"), (1...3).contains(digits.count),
        digits.allSatisfy(TextRules.isDigit)
      else {
        throw fault(
          fields["countryCode"]?.line ?? fields.line, "mapping.value",
          "`countryCode` is + and one to three digits in quotes, such as \"+49\"")
      }
    }
    return PhoneForm(countryCode: countryCode, trunkPrefix: try fields.text("trunkPrefix"))
  }

  private mutating func each(
    _ node: YAMLNode, inElement: Bool
  ) throws(MappingError) -> ValuePlan {
    let fields = try MappingFields(
      node, "a list with `each`", known: ["each", "when", "give", "ifEmpty"], file: file)
    let (over, inner) = try self.over(
      try fields.requiredText("each"), fields["each"]?.line ?? node.line, inElement)
    let when = try fields["when"].map { (node) throws(MappingError) in
      try condition(node, inElement: inner)
    }
    let give = try value(try fields.required("give"), inElement: inner)
    return .each(
      EachPlan(over: over, when: when, give: give, ifEmpty: try fallback("ifEmpty", fields)))
  }

  /// `rows`, or a pointer to an array; and whether what is below looks at its elements.
  private mutating func over(
    _ text: String, _ line: Int, _ inElement: Bool
  ) throws(MappingError) -> (EachPlan.Over, Bool) {
    if text == "rows" { return (.rows, false) }
    return (.elements(try jsonArray(text, line, inElement: inElement)), true)
  }

  /// The column of a JSON array.
  mutating func jsonArray(
    _ text: String, _ line: Int, inElement: Bool
  ) throws(MappingError) -> Column {
    guard reads.isJSON else {
      throw fault(
        line, "mapping.value", "delimited text has no arrays; write `rows` for the rows of the group")
    }
    return try column(text, line, inElement: inElement)
  }

  private mutating func sum(
    _ node: YAMLNode, inElement: Bool
  ) throws(MappingError) -> ValuePlan {
    let fields = try MappingFields(
      node, "a sum", known: ["sum", "times", "over", "when", "money", "as", "negate"], file: file)
    let (over, inner) = try self.over(
      try fields.text("over") ?? "rows", fields["over"]?.line ?? node.line, inElement)
    let name = try fields.requiredText("sum")
    let column = try column(name, fields["sum"]?.line ?? node.line, inElement: inner)
    var times: Column?
    if let name = try fields.text("times") {
      times = try self.column(name, fields["times"]?.line ?? node.line, inElement: inner)
    }
    let when = try fields["when"].map { (node) throws(MappingError) in
      try condition(node, inElement: inner)
    }
    let form = try self.form(fields, inElement)
    switch form {
    case .money, .integer, .number, .decimal: break
    default:
      throw fault(
        node.line, "mapping.missing",
        "a sum is `money: EUR`, or `as:` integer, number or decimal; say which")
    }
    return .sum(SumPlan(over: over, when: when, column: column, times: times, form: form))
  }

  /// Whom events are about.
  mutating func subject(
    _ node: YAMLNode, inElement: Bool = false
  ) throws(MappingError) -> SubjectPlan {
    switch node.text {
    case "anonymous": return .anonymous
    case "none": return .none
    default:
      let plan = try leaf(node, "`subject`", inElement: inElement, subject: true)
      var orAnonymous = false
      if case .mapping(let members) = node.content {
        orAnonymous = members.contains { $0.name == "ifEmpty" && $0.value.text == "anonymous" }
      }
      if case .text = plan.form, plan.map == nil {
        return .leaf(plan, anonymousIfEmpty: orAnonymous)
      }
      throw fault(
        node.line, "mapping.value", "`subject` is text as it stands; it cannot be converted")
    }
  }

  /// When events happened.
  mutating func time(
    _ node: YAMLNode, inElement: Bool = false
  ) throws(MappingError) -> TimePlan {
    if let text = node.text, let constant = try plainText(text, node.line) {
      guard let instant = Timestamp(constant[...]) else {
        throw fault(
          node.line, "mapping.value",
          "`time` is a date and time as RFC 3339 writes it, such as 2008-03-01T00:00:00Z, or a "
            + "group with `column` and `instant`")
      }
      return .constant(instant)
    }
    let plan = try leaf(node, "`time`", inElement: inElement)
    switch plan.form {
    case .instant(let form): return .leaf(plan, form)
    case .text where plan.map == nil:
      return .leaf(plan, InstantForm(pattern: .rfc3339))
    default:
      throw fault(
        node.line, "mapping.value", "`time` is read with `instant:` and a pattern; add it")
    }
  }
}
