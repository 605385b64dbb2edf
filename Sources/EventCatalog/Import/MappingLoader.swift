// Reads and checks a mapping file from the top: what it reads, what it skips, which events it makes.
import JSONBytes

/// State of one load: columns and names met so far.
struct MappingLoader {
  let file: String
  var reads = ReadPlan.jsonLines(.pointers([[]]))
  private(set) var columns: [String] = []
  private(set) var columnLines: [Int] = []
  private var names: [String] = []
  private var reasons: [String] = []

  static func load(_ yaml: [UInt8], file: String) throws(MappingError) -> ImportMapping {
    let root: YAMLNode
    do throws(YAMLError) {
      root = try YAMLDocument.parse(yaml)
    } catch {
      throw MappingError(
        file: file, line: error.line, code: "mapping.yaml", sentence: error.sentence)
    }
    var loader = MappingLoader(file: file)
    return try loader.mapping(root)
  }

  private init(file: String) { self.file = file }

  func fault(_ line: Int, _ code: String, _ sentence: String) -> MappingError {
    MappingError(file: file, line: line, code: code, sentence: sentence)
  }

  private mutating func mapping(_ root: YAMLNode) throws(MappingError) -> ImportMapping {
    let top = try MappingFields(
      root, "a mapping",
      known: [
        "mapping", "about", "reads", "groupBy", "id", "subject", "time", "skip", "quarantine",
        "unmatched", "events",
      ], file: file)
    let name = try self.name(top)
    let about = try top.requiredText("about")
    reads = try ReadLoader.load(try top.required("reads"), file: file)
    let events = try top.required("events")
    let asTheyAre = events.text == "asTheyAre"
    if asTheyAre { try checkEnvelopes(top) }
    let group = try top["groupBy"].map { (node) throws(MappingError) in try groupBy(node) }
    let id = try top["id"].map { (node) throws(MappingError) in try self.id(node) }
    let subject = try top["subject"].map { (node) throws(MappingError) in try self.subject(node) }
    let time = try top["time"].map { (node) throws(MappingError) in try self.time(node) }
    let skips = try self.skips(top["skip"])
    let unmatched = try self.unmatched(top)
    let claims = try self.claims(top["quarantine"], subject, time)
    let makes: ImportMapping.Makes =
      asTheyAre ? .envelopes : .events(claims + (try self.events(events, subject, time)))
    return ImportMapping(
      name: name, about: about, reads: reads, group: group, id: id, skips: skips,
      unmatched: unmatched, skipReasons: reasons, makes: makes, columns: columns,
      columnLines: columnLines, namedCount: names.count, file: file)
  }

  private func name(_ top: MappingFields) throws(MappingError) -> String {
    let name = try top.requiredText("mapping")
    let isFit = name.utf8.allSatisfy {
      TextRules.isLower($0) || TextRules.isDigit($0) || $0 == UInt8(ascii: "-")
    }
    guard isFit, (1...64).contains(name.utf8.count), !name.hasPrefix("-") else {
      throw fault(
        top["mapping"]?.line ?? 1, "mapping.value",
        "`mapping` is the mapping's name: 1 to 64 of a-z 0-9 -, and no - at its start")
    }
    return name
  }

  private func checkEnvelopes(_ top: MappingFields) throws(MappingError) {
    guard reads.isJSON else {
      throw fault(
        top.line, "mapping.value", "`events: asTheyAre` takes JSON; set `format` to ndjson or json")
    }
    for name in ["groupBy", "id", "subject", "time", "quarantine"] {
      if let node = top[name] {
        throw fault(
          node.line, "mapping.value", "`\(name)` has no meaning with `events: asTheyAre`; remove it"
        )
      }
    }
  }

  private mutating func groupBy(_ node: YAMLNode) throws(MappingError) -> Template {
    guard let text = node.text else {
      throw fault(
        node.line, "mapping.value", "`groupBy` is text with columns in it, such as \"{Invoice}\"")
    }
    let template = try self.template(text, node.line)
    guard !template.columns.isEmpty else {
      throw fault(
        node.line, "mapping.value",
        "`groupBy` names no column, so that all rows would be one group; write it like \"{Invoice}\""
      )
    }
    return template
  }

  private mutating func reason(_ text: String) -> Int {
    if let place = reasons.firstIndex(of: text) { return place }
    reasons.append(text)
    return reasons.count - 1
  }

  private mutating func skips(_ node: YAMLNode?) throws(MappingError) -> [SkipPlan] {
    guard let node else { return [] }
    guard case .sequence(let rules) = node.content else {
      throw fault(node.line, "mapping.value", "`skip` is a list of rules, but here is \(node.word)")
    }
    var plans: [SkipPlan] = []
    for rule in rules {
      let fields = try MappingFields(rule, "a skip rule", known: ["when", "because"], file: file)
      let when = try condition(try fields.required("when"), inElement: false)
      plans.append(SkipPlan(when: when, reason: reason(try fields.requiredText("because"))))
    }
    return plans
  }

  /// Rows that say yes. What they claim is written as the event that no import may bring: the door sets the row aside,
  /// and says which no it would have undone.
  private mutating func claims(
    _ node: YAMLNode?, _ subject: SubjectPlan?, _ time: TimePlan?
  ) throws(MappingError) -> [EventPlan] {
    guard let node else { return [] }
    guard case .sequence(let rules) = node.content else {
      throw fault(
        node.line, "mapping.value", "`quarantine` is a list of rules, but here is \(node.word)")
    }
    guard let subject, let time else {
      throw fault(
        node.line, "mapping.missing", "`quarantine` needs `subject` and `time` at the top; add them"
      )
    }
    var plans: [EventPlan] = []
    for rule in rules {
      let fields = try MappingFields(
        rule, "a quarantine rule", known: ["when", "repeat", "subject", "claims"], file: file)
      let repeats = try self.repeats(fields["repeat"])
      let inElement = if case .each = repeats { true } else { false }
      let when = try fields["when"].map { (node) throws(MappingError) in
        try condition(node, inElement: inElement)
      }
      let own = try fields["subject"].map { (node) throws(MappingError) in
        try self.subject(node, inElement: inElement)
      }
      let claims = try MappingFields(
        try fields.required("claims"), "`claims`", known: ["purpose", "topic", "channel"],
        file: file)
      for name in ["purpose", "topic", "channel"] { _ = try claims.required(name) }
      guard case .mapping(let pairs) = try fields.required("claims").content else { continue }
      var members = try object(pairs, inElement: inElement)
      if case .byAddress = own ?? subject {
        members.append(ValuePlan.Member("contactPoint", .pointOfSubject))
      }
      plans.append(
        EventPlan(
          type: "consent.given", when: when, repeats: repeats, subject: own ?? subject, time: time,
          data: .object(members), line: rule.line))
    }
    return plans
  }

  private mutating func unmatched(_ top: MappingFields) throws(MappingError) -> Int? {
    guard let node = top["unmatched"] else { return nil }
    if node.text == "reject" { return nil }
    guard case .mapping = node.content else {
      throw fault(
        node.line, "mapping.value", "`unmatched` is `reject`, or `skip:` and the reason below it")
    }
    let fields = try MappingFields(node, "`unmatched`", known: ["skip"], file: file)
    return reason(try fields.requiredText("skip"))
  }

  private mutating func events(
    _ node: YAMLNode, _ subject: SubjectPlan?, _ time: TimePlan?
  ) throws(MappingError) -> [EventPlan] {
    guard case .sequence(let list) = node.content, !list.isEmpty else {
      throw fault(
        node.line, "mapping.value",
        "`events` is a list of at least one event, or `asTheyAre`, but here is \(node.word)")
    }
    var plans: [EventPlan] = []
    for element in list { plans.append(try event(element, subject, time)) }
    return plans
  }

  private mutating func event(
    _ node: YAMLNode, _ subject: SubjectPlan?, _ time: TimePlan?
  ) throws(MappingError) -> EventPlan {
    let fields = try MappingFields(
      node, "an event",
      known: [
        "type", "name", "when", "once", "repeat", "id", "subject", "time", "cause", "data",
      ], file: file)
    let type = try self.type(fields)
    let repeats = try self.repeats(fields["repeat"])
    let inElement = if case .each = repeats { true } else { false }
    let when = try fields["when"].map { (node) throws(MappingError) in
      try condition(node, inElement: inElement)
    }
    var once: Template?
    if let text = try fields.text("once") {
      once = try template(text, fields["once"]?.line ?? node.line)
    }
    let id = try fields["id"].map { (node) throws(MappingError) in
      try self.id(node, inElement: inElement)
    }
    let ownSubject = try fields["subject"].map { (node) throws(MappingError) in
      try self.subject(node, inElement: inElement)
    }
    let ownTime = try fields["time"].map { (node) throws(MappingError) in
      try self.time(node, inElement: inElement)
    }
    let cause = try fields.text("cause").map { (name) throws(MappingError) in
      try named(name, fields["cause"]?.line ?? node.line)
    }
    let data = try fields.required("data")
    guard case .mapping(let pairs) = data.content else {
      throw fault(
        data.line, "mapping.value",
        "`data` is a group of the event's fields, each with where its value comes from")
    }
    let members = try object(pairs, inElement: inElement)
    try guardAgainstLoosening(type, members, fields["type"]?.line ?? node.line)
    if case .byAddress = ownSubject ?? subject {
      try checkAddressed(type, fields["type"]?.line ?? node.line)
    } else if members.contains(where: { if case .pointOfSubject = $0.value { true } else { false } }
    ) {
      throw fault(
        node.line, "mapping.value",
        "`pointOf: subject` needs a `subject` with `byAddress`: there is no address here by which somebody is found"
      )
    }
    guard let subject = ownSubject ?? subject else {
      throw fault(
        node.line, "mapping.missing",
        "it is not said whom this event is about; add `subject` here or at the top")
    }
    guard let time = ownTime ?? time else {
      throw fault(
        node.line, "mapping.missing",
        "it is not said when this event happened; add `time` here or at the top")
    }
    // Last: an event cannot refer to itself.
    let name = try ownName(fields)
    return EventPlan(
      type: type, name: name, when: when, once: once, repeats: repeats, id: id, subject: subject,
      time: time, cause: cause, data: .object(members), line: node.line)
  }

  private mutating func id(
    _ node: YAMLNode, inElement: Bool = false
  ) throws(MappingError) -> LeafPlan {
    let plan = try leaf(node, "`id`", inElement: inElement)
    if case .text = plan.form, plan.map == nil {
      if case .use = plan.ifEmpty {} else { return plan }
    }
    throw fault(
      node.line, "mapping.value",
      "`id` is text as it stands; where it is empty the row is refused, or named FILE:LINE with "
        + "`ifEmpty: absent`")
  }

  private func type(_ fields: MappingFields) throws(MappingError) -> String {
    let type = try fields.requiredText("type")
    let isFit = type.utf8.allSatisfy {
      TextRules.isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
    }
    guard isFit, type.contains("."), type.utf8.count <= 128 else {
      throw fault(
        fields["type"]?.line ?? fields.line, "mapping.value",
        "`type` is the name of an event type, such as order.completed")
    }
    return type
  }

  private mutating func repeats(_ node: YAMLNode?) throws(MappingError) -> EventPlan.Repeat? {
    guard let node else { return nil }
    let fields = try MappingFields(
      node, "`repeat`", known: ["column", "less", "each"], file: file)
    if let each = try fields.text("each") {
      return .each(try jsonArray(each, fields["each"]?.line ?? node.line, inElement: false))
    }
    let name = try fields.requiredText("column")
    let column = try column(name, fields["column"]?.line ?? node.line, inElement: false)
    return .count(column, less: try fields.number("less", in: 0...1_000) ?? 0)
  }

  private mutating func ownName(_ fields: MappingFields) throws(MappingError) -> Int? {
    guard let name = try fields.text("name") else { return nil }
    guard !names.contains(name) else {
      throw fault(
        fields["name"]?.line ?? fields.line, "mapping.value",
        "two events are named `\(name)`; give one of them another name")
    }
    names.append(name)
    return names.count - 1
  }

  /// Number of the event called `name` above.
  func named(_ name: String, _ line: Int) throws(MappingError) -> Int {
    guard let number = names.firstIndex(of: name) else {
      throw fault(
        line, "mapping.value",
        "no event above has the name `\(name)`; put `name: \(name)` into the event that is meant")
    }
    return number
  }

  private func guardAgainstLoosening(
    _ type: String, _ members: [ValuePlan.Member], _ line: Int
  ) throws(MappingError) {
    func constant(_ name: String) -> String? {
      guard case .constant(let json) = members.first(where: { $0.name == name })?.value else {
        return nil
      }
      return (try? JSONDocument(scanning: json))?.root.string  // our own text: it scans
    }
    let refusal = ImportGuard.refusal(
      type: type, assurance: constant("assurance"),
      hasReplaces: members.contains { $0.name == "replaces" }, addedBy: constant("addedBy"))
    if let refusal { throw fault(line, "mapping.loosens", refusal) }
  }

  /// An address may have several people, and is all that is known of them.
  private func checkAddressed(_ type: String, _ line: Int) throws(MappingError) {
    let ofPersons: Set = [
      "consent.refused", "consent.withdrawn", "consent.revoked", "objection.raised",
      "customer.registered", "contactpoint.added",
    ]
    guard ofPersons.contains(type) else { return }
    throw fault(
      line, "mapping.value",
      "`\(type)` is about a person, and an address is all that is known of her; a no for an address is optout.recorded"
    )
  }

  /// The column's slot among those the mapping names.
  mutating func slot(_ name: String, _ line: Int) -> Int {
    if let slot = columns.firstIndex(of: name) { return slot }
    columns.append(name)
    columnLines.append(line)
    return columns.count - 1
  }
}
