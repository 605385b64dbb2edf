// Makes the events of a row: who, when, what, under which id.
import JSONBytes

/// Turns rows into envelopes. All events of a row come out, or none and a reason.
struct RowMapper: Sendable {
  let mapping: ImportMapping
  var source: RowSource
  /// What every event of a plan begins with.
  private let beginnings: [[UInt8]]
  private let plans: [EventPlan]
  /// Texts of `once` met so far, by plan.
  private var seen: [Set<[UInt8]>]

  enum Outcome {
    /// At least one event's condition held.
    case matched
    case unmatched
  }

  init(_ mapping: ImportMapping, source: RowSource, batchID: String) {
    self.mapping = mapping
    self.source = source
    plans = if case .events(let plans) = mapping.makes { plans } else { [] }
    seen = [Set<[UInt8]>](repeating: [], count: plans.count)
    beginnings = plans.map { plan in
      let envelope: JSONValue = .object([
        "specversion": "1.0", "source": .string("/import/\(mapping.name)"),
        "type": .string(plan.type),
        "dataschema": .string("\(plan.type)/1"), "authtype": "service_account",
        "authid": .string("import:\(batchID)"), "correlationid": .string(batchID),
      ])
      var bytes: [UInt8] = []
      envelope.write(to: &bytes)
      bytes.removeLast()
      return bytes
    }
  }

  /// Number of the reason for which the row is left out; nil if it is not.
  func skipReason(_ context: RowContext) throws(Misfit) -> Int? {
    for skip in mapping.skips where try skip.when.holds(in: context) { return skip.reason }
    return nil
  }

  /// The group's key. Only for mappings that group.
  func groupKey(_ context: RowContext) throws(Misfit) -> ArraySlice<UInt8> {
    guard let group = mapping.group, let key = try group.text(in: context) else {
      throw .missing(mapping.group?.columns.first?.name ?? "groupBy")
    }
    return key
  }

  /// Appends the row's events to `items`; after a throw there are none of them.
  mutating func makeEvents(
    _ context: inout RowContext, into items: inout [ImportItem]
  ) throws(Misfit) -> Outcome {
    let mark = items.count
    var marked: [(plan: Int, key: [UInt8])] = []
    do throws(Misfit) {
      context.ids = [[[UInt8]?]](repeating: [], count: mapping.namedCount)
      var row = RowIdentity(base: try baseID(context), mapping: mapping.name)
      var outcome = Outcome.unmatched
      for number in plans.indices {
        let matched = try makeEvents(
          of: number, &context, &row, &marked, into: &items)
        if matched { outcome = .matched }
      }
      return outcome
    } catch {
      items.removeSubrange(mark...)
      for (plan, key) in marked { seen[plan].remove(key) }
      throw error
    }
  }

  /// The events of one plan. False: its condition does not hold.
  private mutating func makeEvents(
    of number: Int, _ context: inout RowContext, _ row: inout RowIdentity,
    _ marked: inout [(plan: Int, key: [UInt8])], into items: inout [ImportItem]
  ) throws(Misfit) -> Bool {
    let plan = plans[number]
    let beginning = beginnings[number]
    if case .each(let column) = plan.repeats {
      var count = 0
      try ValueWriter.forEach(.elements(column), plan.when, &context) {
        (inner: inout RowContext) throws(Misfit) in
        count += 1
        inner.number = count
        try Self.makeEvent(plan, beginning, &inner, &row, into: &items)
      }
      context.number = 1
      return count > 0
    }
    if let when = plan.when, try !when.holds(in: context) { return false }
    if let once = plan.once {
      guard let text = try once.text(in: context) else { return false }
      let key = Array(text)
      if !seen[number].insert(key).inserted { return true }
      marked.append((number, key))
    }
    guard case .count(let column, let less) = plan.repeats else {
      try Self.makeEvent(plan, beginning, &context, &row, into: &items)
      return true
    }
    for place in 0..<max(0, try Self.count(column, context) - less) {
      context.number = place + 1
      try Self.makeEvent(plan, beginning, &context, &row, into: &items)
    }
    context.number = 1
    return true
  }

  /// Events that one row may repeat; more is surely a mistake in the file.
  static let repeatMax = 10_000

  private static func count(
    _ column: Column, _ context: RowContext
  ) throws(Misfit) -> Int {
    guard let cell = try context.cell(column) else { throw .missing(column.name) }
    guard let count = Int64(ascii: cell), (0...Int64(repeatMax)).contains(count) else {
      throw .badNumber(column.name, "a whole number from 0 to \(repeatMax)")
    }
    return Int(count)
  }

  private static func makeEvent(
    _ plan: EventPlan, _ beginning: [UInt8], _ context: inout RowContext, _ row: inout RowIdentity,
    into items: inout [ImportItem]
  ) throws(Misfit) {
    var writer = ValueWriter()
    writer.output.reserveCapacity(beginning.count + 256)
    writer.output += beginning
    let id: [UInt8]
    if let own = plan.id, let text = try writer.plainText(of: own, context) {
      id = NormalForm.normal(Array(text))
      try RowIdentity.checkID(id, own.name)
    } else {
      id = row.nextID()
    }
    writer.output += ",\"id\":".utf8
    JSONText.appendQuoted(id[...], to: &writer.output)
    let address = try address(plan.subject, context)
    if let subject = try subject(plan.subject, writer, context, &row) {
      writer.output += ",\"subject\":".utf8
      JSONText.appendQuoted(subject[...], to: &writer.output)
    }
    writer.output += ",\"time\":\"".utf8
    try time(plan.time, writer, context).write(to: &writer.output)
    writer.output.append(UInt8(ascii: "\""))
    if let cause = plan.cause, let causeID = context.id(ofEvent: cause) {
      writer.output += ",\"causationid\":".utf8
      JSONText.appendQuoted(causeID[...], to: &writer.output)
    }
    writer.output += ",\"data\":".utf8
    _ = try writer.write(plan.data, &context)
    writer.output.append(UInt8(ascii: "}"))
    if let name = plan.name { context.keep(id, ofEvent: name) }
    items.append(
      .event(
        ImportedEvent(
          line: context.line, json: writer.output, type: plan.type, address: address)))
  }

  private static func subject(
    _ plan: SubjectPlan, _ writer: ValueWriter, _ context: RowContext, _ row: inout RowIdentity
  ) throws(Misfit) -> [UInt8]? {
    switch plan {
    case .none, .byAddress: return nil
    case .anonymous: return row.anonymousSubject
    case .leaf(let leaf, let orAnonymous):
      guard let text = try writer.plainText(of: leaf, context, orNil: orAnonymous) else {
        if orAnonymous { return row.anonymousSubject }
        throw .missing(leaf.name)
      }
      // Files of two makers may spell one name in two ways; it is one customer.
      let name = NormalForm.normal(Array(text))
      try checkGroup(leaf, name, writer, context)
      try RowIdentity.checkSubject(name[...], leaf.name)
      return name
    }
  }

  /// The address of whom the event is about, where that is all that is known of her.
  private static func address(
    _ plan: SubjectPlan, _ context: RowContext
  ) throws(Misfit) -> ImportedAddress? {
    guard case .byAddress(let leaf, let channels) = plan else { return nil }
    var writer = ValueWriter()
    guard try writer.write(leaf, context) else { throw .missing(leaf.name) }
    // What was just written as JSON is JSON.
    guard let value = (try? JSONDocument(scanning: writer.output))?.root.string else {
      preconditionFailure("an address is written as a JSON string")
    }
    let isPhone = if case .phone = leaf.form { true } else { false }
    return ImportedAddress(kind: isPhone ? "phone" : "email", value: value, channels: channels)
  }

  /// All rows of a group must be about the same customer.
  private static func checkGroup(
    _ leaf: LeafPlan, _ name: [UInt8], _ writer: ValueWriter, _ context: RowContext
  ) throws(Misfit) {
    guard context.group.count > 1 else { return }
    var other = context
    for row in context.group.dropFirst() {
      other.record = row.record
      let text = try writer.plainText(of: leaf, other, orNil: true)
      if text.map({ NormalForm.normal(Array($0)) }) != name {
        var misfit = Misfit(
          "import.group", "`\(leaf.name)` is not the same in all rows of the group")
        misfit.line = row.line
        throw misfit
      }
    }
  }

  private static func time(
    _ plan: TimePlan, _ writer: ValueWriter, _ context: RowContext
  ) throws(Misfit) -> Timestamp {
    switch plan {
    case .constant(let instant): return instant
    case .leaf(let leaf, let form):
      guard let text = try writer.plainText(of: leaf, context) else { throw .missing(leaf.name) }
      return try ValueForms.instant(text, form, leaf.name, context)
    }
  }

  /// `FILE:LINE`, or what the mapping's `id` says; in Normalization Form C, as every name is.
  func baseID(_ context: RowContext) throws(Misfit) -> [UInt8] {
    if let plan = mapping.id, let text = try ValueWriter().plainText(of: plan, context) {
      let id = NormalForm.normal(Array(text))
      try RowIdentity.checkID(id, plan.name)
      return id
    }
    let place = context.recordInLine == 1 ? "" : "/\(context.recordInLine)"
    return source.fileName + ":\(context.line)\(place)".utf8
  }
}
