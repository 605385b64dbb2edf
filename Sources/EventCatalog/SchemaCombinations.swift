import JSONBytes

/// The rules that few schemas have: combinations, patterns, dependencies.
extension JSONSchema {
  func fitsRare(
    _ rules: RareRules, _ number: Int32, _ place: Int, _ values: Span<JSONNode>,
    _ bytes: Span<UInt8>, _ failure: inout SchemaFailure
  ) -> Bool {
    switch values[place].kind {
    case .string:
      if let pattern = rules.pattern, !isMatch(pattern, values[place], bytes) {
        return fail(.pattern, number, place, &failure)
      }
    case .array:
      if rules.contains >= 0, !contains(rules, number, place, values, bytes, &failure) {
        return false
      }
    case .object:
      if !namesFit(rules, number, place, values, bytes, &failure) { return false }
    default: break
    }
    for schema in rules.allOf where !accepts(schema, place, values, bytes, &failure) {
      return false
    }
    var unused = SchemaFailure()
    if !rules.anyOf.isEmpty {
      var found = false
      for schema in rules.anyOf where !found {
        found = accepts(schema, place, values, bytes, &unused)
      }
      if !found { return fail(.anyOf, number, place, &failure) }
    }
    if !rules.oneOf.isEmpty {
      var found = 0
      for schema in rules.oneOf where accepts(schema, place, values, bytes, &unused) { found += 1 }
      if found != 1 { return fail(.oneOf, number, place, detail: found, &failure) }
    }
    if rules.not >= 0, accepts(rules.not, place, values, bytes, &unused) {
      return fail(.not, number, place, &failure)
    }
    if rules.condition >= 0 {
      let holds = accepts(rules.condition, place, values, bytes, &unused)
      let schema = holds ? rules.then : rules.otherwise
      if schema >= 0 { return accepts(schema, place, values, bytes, &failure) }
    }
    return true
  }

  func isMatch(_ pattern: Pattern, _ text: JSONNode, _ bytes: Span<UInt8>) -> Bool {
    if text.isEscaped {
      let decoded = JSONText.decoded(text, bytes)
      return pattern.matches(decoded.span, 0, decoded.count)
    }
    return pattern.matches(bytes, Int(text.start), Int(text.end))
  }

  private func contains(
    _ rules: RareRules, _ number: Int32, _ place: Int, _ values: Span<JSONNode>,
    _ bytes: Span<UInt8>, _ failure: inout SchemaFailure
  ) -> Bool {
    let end = Int(values[place].next)
    var unused = SchemaFailure()
    var count = 0
    var element = place + 1
    while element < end {
      if accepts(rules.contains, element, values, bytes, &unused) { count += 1 }
      element = Int(values[element].next)
    }
    if count < rules.containsMin {
      // Without minContains the rule that was broken is `contains` itself.
      return fail(
        rules.containsMin == 1 ? .contains : .minContains, number, place, &failure)
    }
    return count <= rules.containsMax || fail(.maxContains, number, place, &failure)
  }

  private func namesFit(
    _ rules: RareRules, _ number: Int32, _ place: Int, _ values: Span<JSONNode>,
    _ bytes: Span<UInt8>, _ failure: inout SchemaFailure
  ) -> Bool {
    if rules.memberNames >= 0 {
      let end = Int(values[place].next)
      var name = place + 1
      while name < end {
        // A name is a string node: it is checked as it lies there.
        if !accepts(rules.memberNames, name, values, bytes, &failure) {
          return fail(.propertyNames, number, name, &failure)
        }
        name = Int(values[name + 1].next)
      }
    }
    for (index, rule) in rules.dependentRequired.enumerated()
    where has(rule.name, place, values, bytes) {
      for need in rule.needs where !has(need, place, values, bytes) {
        return fail(.dependentRequired, number, place, detail: index, &failure)
      }
    }
    for rule in rules.dependentSchemas where has(rule.name, place, values, bytes) {
      if !accepts(rule.node, place, values, bytes, &failure) { return false }
    }
    return true
  }

  private func has(
    _ wanted: [UInt8], _ object: Int, _ values: Span<JSONNode>, _ bytes: Span<UInt8>
  ) -> Bool {
    let end = Int(values[object].next)
    var name = object + 1
    while name < end {
      if JSONText.decoded(values[name], bytes) == wanted { return true }
      name = Int(values[name + 1].next)
    }
    return false
  }
}
