// The part of a mapping that says where values come from: columns, templates, maps, sums, conditions.
import JSONBytes

extension MappingLoader {
  /// Words that make a group below `data` an expression; any other group mirrors an object of the event.
  private static let leads = ["column", "template", "idOf", "sum", "each", "pointOf"]

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
      case "pointOf": return try pointOf(node)
      case .some: return .leaf(try leaf(node, "a value", inElement: inElement))
      case nil: return .object(try object(members, inElement: inElement))
      }
    }
  }

  /// The members of an object of the event.
  mutating func object(
    _ members: [YAMLMember], inElement: Bool
  ) throws(MappingError) -> [ValuePlan.Member] {
    var plans: [ValuePlan.Member] = []
    for member in members {
      plans.append(
        ValuePlan.Member(member.name, try value(member.value, inElement: inElement)))
    }
    return plans
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
      throw fault(
        node.line, "mapping.value", "`ifUnknown` belongs to a `map`; remove it or add one")
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

  private func pointOf(_ node: YAMLNode) throws(MappingError) -> ValuePlan {
    let fields = try MappingFields(node, "a contact point", known: ["pointOf"], file: file)
    guard try fields.requiredText("pointOf") == "subject" else {
      throw fault(
        node.line, "mapping.value",
        "`pointOf: subject` is the contact point by which the customer is found; there is no other")
    }
    return .pointOfSubject
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
        line, "mapping.value",
        "delimited text has no arrays; write `rows` for the rows of the group")
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
      if case .mapping(let members) = node.content,
        let address = members.first(where: { $0.name == "byAddress" })?.value
      {
        let fields = try MappingFields(
          node, "`subject`", known: ["byAddress", "channels"], file: file)
        return try byAddress(address, fields, inElement: inElement)
      }
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

  /// Whoever has an address.
  private mutating func byAddress(
    _ node: YAMLNode, _ fields: MappingFields, inElement: Bool
  ) throws(MappingError) -> SubjectPlan {
    let plan = try leaf(node, "`byAddress`", inElement: inElement)
    let channels = try fields.texts("channels")?.map(\.text)
    switch plan.form {
    case .email where plan.map == nil:
      return .byAddress(plan, channels: channels ?? ["email"])
    case .phone where plan.map == nil:
      return .byAddress(plan, channels: channels ?? ["voice", "sms"])
    default:
      throw fault(
        node.line, "mapping.value",
        "`byAddress` is an address in the form in which it is compared; add `normalise: email` or `normalise: phone`"
      )
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
