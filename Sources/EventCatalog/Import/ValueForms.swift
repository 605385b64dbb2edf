// From a cell's text to a JSON value: numbers, money, dates, addresses. Nothing is rounded and nothing guessed.
import JSONBytes

enum ValueForms {
  /// Appends `text` in the form. Throws what the text is not, by the column's name.
  static func write(
    _ text: ArraySlice<UInt8>, as form: ValueForm, _ name: String, _ context: RowContext,
    to output: inout [UInt8]
  ) throws(Misfit) -> Bool {
    switch form {
    case .text: try appendString(text, name, to: &output)
    case .integer(let negated):
      guard let value = Int64(ascii: text), value != .min else {
        throw .badNumber(name, "a whole number")
      }
      output += String(negated ? -value : value).utf8
    case .number, .decimal, .money:
      guard let value = context.decimal(text) else { throw .badNumber(name, "a decimal number") }
      return try write(value, as: form, name, context, to: &output)
    case .id: try appendID(text, name, to: &output)
    case .date(let pattern, let year):
      guard let date = pattern.date(text, year: year) else { throw badDate(name) }
      output.append(UInt8(ascii: "\""))
      date.write(to: &output)
      output.append(UInt8(ascii: "\""))
    case .instant(let form):
      let instant = try instant(text, form, name, context)
      output.append(UInt8(ascii: "\""))
      instant.write(to: &output)
      output.append(UInt8(ascii: "\""))
    case .duration(let before, let behind):
      guard let count = Int64(ascii: text), (0...999_999_999).contains(count) else {
        throw .badNumber(name, "a whole number from 0 to 999999999")
      }
      output += "\"\(before)\(count)\(behind)\"".utf8
    case .email:
      guard let address = ContactValues.email(text) else {
        throw Misfit("import.bad-address", "`\(name)` is not an e-mail address")
      }
      try appendString(address[...], name, to: &output)
    case .phone(let form):
      guard let number = ContactValues.phone(text, form) else {
        throw Misfit(
          "import.bad-address",
          "`\(name)` is not a phone number with its country code; see `countryCode`")
      }
      try appendString(number[...], name, to: &output)
    }
    return true
  }

  /// Appends a decimal as number, string or money, with the places it came with.
  static func write(
    _ value: ExactDecimal, as form: ValueForm, _ name: String, _ context: RowContext,
    to output: inout [UInt8]
  ) throws(Misfit) -> Bool {
    func text(_ negated: Bool) -> String.UTF8View {
      (negated ? -value : value).text(placesMin: value.scale).utf8
    }
    switch form {
    case .money(let currency, let negated):
      output += "{\"amount\":\"".utf8
      output += text(negated)
      output += "\",\"currency\":\"".utf8
      try appendCurrency(currency, context, to: &output)
      output += "\"}".utf8
    case .decimal(let negated):
      output.append(UInt8(ascii: "\""))
      output += text(negated)
      output.append(UInt8(ascii: "\""))
    case .integer(let negated):
      guard value.text().utf8.allSatisfy({ $0 != UInt8(ascii: ".") }) else {
        throw .badNumber(name, "a whole number")
      }
      output += (negated ? -value : value).text().utf8
    case .number(let negated): output += text(negated)
    default: preconditionFailure("a decimal is written as a number, as text or as money")
    }
    return true
  }

  private static func appendCurrency(
    _ currency: ValueForm.Currency, _ context: RowContext, to output: inout [UInt8]
  ) throws(Misfit) {
    switch currency {
    case .fixed(let code): output += code.utf8
    case .columns(let columns):
      guard let code = try context.cell(columns) else { throw .missing(columns[0].name) }
      guard code.count == 3, code.allSatisfy(TextRules.isUpper) else {
        throw Misfit(
          "import.bad-value", "`\(columns[0].name)` is not a currency code such as EUR (ISO 4217)")
      }
      output += code
    }
  }

  /// The instant that the text names.
  static func instant(
    _ text: ArraySlice<UInt8>, _ form: InstantForm, _ name: String, _ context: RowContext
  ) throws(Misfit) -> Timestamp {
    guard
      let instant = form.pattern.instant(
        text, year: form.year, offsetMinutes: form.offsetMinutes)
    else { throw badDate(name) }
    guard let column = form.daysBefore else { return instant }
    guard let cell = try context.cell(column) else { throw .missing(column.name) }
    guard let days = Int64(ascii: cell), (0...36_525).contains(days) else {
      throw .badNumber(column.name, "a number of days from 0 to 36525")
    }
    let earlier = Timestamp(microseconds: instant.microseconds - days * 86_400_000_000)
    guard earlier >= Timestamp.first else { throw badDate(name) }
    return earlier
  }

  private static func badDate(_ name: String) -> Misfit {
    Misfit("import.bad-date", "`\(name)` is not a date or time written as the mapping says")
  }

  private static func appendID(
    _ text: ArraySlice<UInt8>, _ name: String, to output: inout [UInt8]
  ) throws(Misfit) {
    guard text.count <= 64 else {
      throw Misfit("import.bad-value", "`\(name)` is longer than an Id can be, 64 bytes")
    }
    output.append(UInt8(ascii: "\""))
    for byte in text { output.append(isIDByte(byte) ? byte : UInt8(ascii: "-")) }
    output.append(UInt8(ascii: "\""))
  }

  static func isIDByte(_ byte: UInt8) -> Bool {
    TextRules.isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "-")
  }

  /// Appends a JSON string; refuses what is not UTF-8.
  static func appendString(
    _ text: ArraySlice<UInt8>, _ name: String, to output: inout [UInt8]
  ) throws(Misfit) {
    var isPlain = true
    var isASCII = true
    for byte in text {
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { isPlain = false }
      if byte >= 0x80 { isASCII = false }
    }
    // Where in the cell it breaks is not told: a reason never shows what a row holds.
    if !isASCII, (try? UTF8Span(validating: text.span)) == nil { throw .notUTF8(name) }
    if isPlain {
      output.append(UInt8(ascii: "\""))
      output += text
      output.append(UInt8(ascii: "\""))
    } else {
      JSONText.appendQuoted(text, to: &output)
    }
  }
}
