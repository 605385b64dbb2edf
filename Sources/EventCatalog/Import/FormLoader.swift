// The part of a mapping that says what a cell becomes: numbers, money, dates, addresses.
import JSONBytes

extension MappingLoader {
  /// What the cell's text becomes.
  mutating func form(
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
          "`\(option)` belongs to `" + forms.joined(separator: "` or `")
            + "`; add it, or remove `\(option)`")
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
}
