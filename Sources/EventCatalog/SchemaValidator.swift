import JSONBytes

/// Where a check stopped: small, so that a value that fits pays nothing for it.
struct SchemaFailure {
  var node: Int32 = 0
  var keyword: SchemaKeyword = .type
  /// Node of the value, or of the member name, in the document that was checked.
  var place: Int32 = 0
  /// For `required`, which name is missing; for `dependentRequired`, which rule.
  var detail: Int32 = 0
}

extension JSONSchema {
  /// Whether the value at `place` fits the schema `number`; if not, `failure` tells the first place
  /// where.
  ///
  /// A value that fits allocates nothing, but for escapes, patterns and sets of arrays or objects.
  func accepts(
    _ number: Int32, _ place: Int, _ values: Span<JSONNode>, _ bytes: Span<UInt8>,
    _ failure: inout SchemaFailure
  ) -> Bool {
    let node = nodes[Int(number)]
    let value = values[place]
    if node.types != SchemaType.any, typeBit(value, bytes, node.types) & node.types == 0 {
      return fail(.type, number, place, &failure)
    }
    if node.flags.contains(.never) { return fail(.not, number, place, &failure) }
    if node.reference >= 0, !accepts(node.reference, place, values, bytes, &failure) {
      return false
    }
    if node.flags.contains(.closed), !isListed(node, place, values, bytes) {
      return fail(.enumeration, number, place, &failure)
    }
    switch value.kind {
    case .string:
      if !node.flags.isDisjoint(with: [.format, .length]),
        let keyword = stringFault(node, value, bytes)
      {
        return fail(keyword, number, place, &failure)
      }
    case .number:
      if node.bounds >= 0, let keyword = numberFault(bounds[Int(node.bounds)], value, bytes) {
        return fail(keyword, number, place, &failure)
      }
    case .array:
      if !elementsFit(node, number, place, values, bytes, &failure) { return false }
    case .object:
      if !membersFit(node, number, place, values, bytes, &failure) { return false }
    case .null, .true, .false: break
    }
    return node.rare < 0 || fitsRare(rare[Int(node.rare)], number, place, values, bytes, &failure)
  }

  func fail(
    _ keyword: SchemaKeyword, _ number: Int32, _ place: Int, detail: Int = 0,
    _ failure: inout SchemaFailure
  ) -> Bool {
    failure = SchemaFailure(
      node: number, keyword: keyword, place: Int32(place), detail: Int32(detail))
    return false
  }

  /// The bit of a value's type. Whether a number is whole is found out only where `wanted` tells
  /// the two apart.
  private func typeBit(_ value: JSONNode, _ bytes: Span<UInt8>, _ wanted: UInt8) -> UInt8 {
    switch value.kind {
    case .null: return SchemaType.null
    case .true, .false: return SchemaType.boolean
    case .string: return SchemaType.string
    case .array: return SchemaType.array
    case .object: return SchemaType.object
    case .number:
      if value.isPlainInteger || wanted & SchemaType.fraction != 0 { return SchemaType.integer }
      return SchemaNumber(value, bytes).isInteger ? SchemaType.integer : SchemaType.fraction
    }
  }

  private func isListed(
    _ node: SchemaNode, _ place: Int, _ values: Span<JSONNode>, _ bytes: Span<UInt8>
  ) -> Bool {
    let value = values[place]
    if value.kind == .string {
      if value.isEscaped {
        let text = JSONText.decoded(value, bytes)
        return names.find(node.strings, text.span, 0, text.count) >= 0
      }
      return names.find(node.strings, bytes, Int(value.start), Int(value.end)) >= 0
    }
    let ownBytes = document.bytes
    let ownNodes = document.nodes
    let start = Int(node.constants.start)
    for constant in start..<start + Int(node.constants.count) {
      let own = Int(constants[constant])
      if SchemaEquality.equal(place, values, bytes, own, ownNodes.span, ownBytes.span) {
        return true
      }
    }
    return false
  }

  private func stringFault(
    _ node: SchemaNode, _ value: JSONNode, _ bytes: Span<UInt8>
  ) -> SchemaKeyword? {
    if value.isEscaped {
      let text = JSONText.decoded(value, bytes)
      return stringFault(node, text.span, 0, text.count)
    }
    return stringFault(node, bytes, Int(value.start), Int(value.end))
  }

  private func stringFault(
    _ node: SchemaNode, _ text: Span<UInt8>, _ start: Int, _ end: Int
  ) -> SchemaKeyword? {
    if node.flags.contains(.format), !node.format.accepts(text, start, end) { return .format }
    guard node.flags.contains(.length) else { return nil }
    // A scalar has one to four bytes: mostly the count of bytes decides.
    let least = Int(node.lengthMin)
    let most = Int(node.lengthMax)
    let count = end - start
    if (count + 3) / 4 >= least, count <= most { return nil }
    let scalars = TextRules.scalarCount(text, start, end)
    return scalars < least ? .minLength : scalars > most ? .maxLength : nil
  }

  private func numberFault(
    _ limits: NumberBounds, _ value: JSONNode, _ bytes: Span<UInt8>
  ) -> SchemaKeyword? {
    let number = SchemaNumber(value, bytes)
    let ownBytes = document.bytes
    func compared(with limit: Int32) -> Int {
      let own = ownBytes.span
      let bound = SchemaNumber(document.nodes[Int(limit)], own)
      return number.compare(bytes, with: bound, own)
    }
    if limits.minimum >= 0, compared(with: limits.minimum) < 0 { return .minimum }
    if limits.maximum >= 0, compared(with: limits.maximum) > 0 { return .maximum }
    if limits.exclusiveMinimum >= 0, compared(with: limits.exclusiveMinimum) <= 0 {
      return .exclusiveMinimum
    }
    if limits.exclusiveMaximum >= 0, compared(with: limits.exclusiveMaximum) >= 0 {
      return .exclusiveMaximum
    }
    if let divisor = limits.divisor, !divisor.divides(number, bytes) { return .multipleOf }
    return nil
  }

  private func elementsFit(
    _ node: SchemaNode, _ number: Int32, _ place: Int, _ values: Span<JSONNode>,
    _ bytes: Span<UInt8>, _ failure: inout SchemaFailure
  ) -> Bool {
    let array = values[place]
    if array.count < Int(node.itemsMin) { return fail(.minItems, number, place, &failure) }
    if array.count > Int(node.itemsMax) { return fail(.maxItems, number, place, &failure) }
    if node.items >= 0 || node.prefix.count > 0 {
      let end = Int(array.next)
      var element = place + 1
      var index = 0
      while element < end {
        let schema =
          index < Int(node.prefix.count) ? children[Int(node.prefix.start) + index] : node.items
        if schema < 0 { break }
        if !accepts(schema, element, values, bytes, &failure) { return false }
        element = Int(values[element].next)
        index += 1
      }
    }
    if node.flags.contains(.unique),
      let twin = SchemaEquality.repeatedElement(of: place, values, bytes)
    {
      return fail(.uniqueItems, number, twin, &failure)
    }
    return true
  }

  private func membersFit(
    _ node: SchemaNode, _ number: Int32, _ place: Int, _ values: Span<JSONNode>,
    _ bytes: Span<UInt8>, _ failure: inout SchemaFailure
  ) -> Bool {
    let object = values[place]
    if object.count < Int(node.membersMin) { return fail(.minProperties, number, place, &failure) }
    if object.count > Int(node.membersMax) { return fail(.maxProperties, number, place, &failure) }
    guard node.members.count > 0 || node.additional >= 0 || node.rare >= 0 else { return true }
    let end = Int(object.next)
    var seen: UInt64 = 0
    var name = place + 1
    while name < end {
      let text = values[name]
      let member: Int
      if text.isEscaped {
        let decoded = JSONText.decoded(text, bytes)
        member = names.find(node.members, decoded.span, 0, decoded.count)
      } else {
        member = names.find(node.members, bytes, Int(text.start), Int(text.end))
      }
      var isDeclared = false
      if member >= 0 {
        if member < 64 { seen |= 1 << UInt64(member) }
        let schema = memberNodes[Int(node.memberNodes) + member]
        if schema >= 0 {
          isDeclared = true
          if !accepts(schema, name + 1, values, bytes, &failure) { return false }
        }
      }
      if node.rare >= 0 {
        for rule in rare[Int(node.rare)].patternMembers
        where isMatch(rule.pattern, values[name], bytes) {
          isDeclared = true
          if !accepts(rule.node, name + 1, values, bytes, &failure) { return false }
        }
      }
      if !isDeclared, node.additional >= 0 {
        if nodes[Int(node.additional)].flags.contains(.never) {
          return fail(.additionalProperties, number, name, &failure)
        }
        if !accepts(node.additional, name + 1, values, bytes, &failure) { return false }
      }
      name = Int(values[name + 1].next)
    }
    let missing = node.required & ~seen
    if missing != 0 {
      return fail(.required, number, place, detail: missing.trailingZeroBitCount, &failure)
    }
    return true
  }
}
