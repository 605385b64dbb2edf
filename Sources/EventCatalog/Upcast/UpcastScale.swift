import JSONBytes

/// A change of unit: times one whole number, over another, in exact decimals. A result that has no end, or that JSON
/// readers would not keep, is a fault: nothing is rounded.
struct UpcastScale: Hashable, Sendable {
  enum Form: Hashable, Sendable {
    /// A number stays a number, a decimal in a text stays one.
    case same
    case number
    case text
  }

  var times: Int64
  var over: Int64
  var form: Form
  /// Digits that a text has behind the point at least.
  var placesMin: Int

  func scaled(_ value: JSONValue) throws(UpcastFault) -> JSONValue {
    let decimal: ExactDecimal?
    let isText: Bool
    switch value {
    case .number(let text):
      decimal = Self.decimal(number: text)
      isText = false
    case .string(let text):
      guard SchemaFormat.decimal.takes(text) else {
        throw UpcastFault("the value is a string that is no decimal")
      }
      decimal = ExactDecimal(text)
      isText = true
    default: throw UpcastFault("the value is of type \(value.word), not a number or a decimal")
    }
    guard let decimal, let result = product(decimal) else {
      throw UpcastFault("the value in the new unit has no exact decimal of this size")
    }
    if form == .text || form == .same && isText {
      return .string(result.text(placesMin: placesMin))
    }
    let text = result.text()
    guard Self.isKept(text) else {
      throw UpcastFault("the value in the new unit has more digits than readers of JSON keep")
    }
    return .number(text)
  }

  private func product(_ value: ExactDecimal) -> ExactDecimal? {
    let (product, overflow) = value.unscaled.multipliedReportingOverflow(by: Int128(times))
    guard !overflow else { return nil }
    var unscaled = product
    for places in value.scale...2 * ExactDecimal.scaleMax {
      if unscaled % Int128(over) == 0 {
        return Self.reduced(ExactDecimal(unscaled: unscaled / Int128(over), scale: places))
      }
      let (next, overflow) = unscaled.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      unscaled = next
    }
    return nil
  }

  /// With at most the digits that a decimal has elsewhere.
  private static func reduced(_ value: ExactDecimal) -> ExactDecimal? { ExactDecimal(value.text()) }

  /// A JSON number, an exponent included; nil where it is too large or too fine.
  private static func decimal(number text: String) -> ExactDecimal? {
    let parts = text.split(whereSeparator: { $0 == "e" || $0 == "E" })
    guard parts.count == 2 else { return ExactDecimal(text) }
    guard let mantissa = ExactDecimal(String(parts[0])), let exponent = Int(parts[1]),
      abs(exponent) <= ExactDecimal.digitsMax
    else { return nil }
    var unscaled = mantissa.unscaled
    var scale = mantissa.scale - exponent
    while scale < 0 {
      let (next, overflow) = unscaled.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      unscaled = next
      scale += 1
    }
    while scale > ExactDecimal.scaleMax, unscaled % 10 == 0 {
      unscaled /= 10
      scale -= 1
    }
    return scale <= ExactDecimal.scaleMax ? ExactDecimal(unscaled: unscaled, scale: scale) : nil
  }

  /// Whether an IEEE double keeps the number: the rule of the ledger for all of `data`.
  private static func isKept(_ text: String) -> Bool {
    var output: [UInt8] = []
    guard let document = try? JSONDocument(scanning: Array(text.utf8)) else { return false }
    // The error says only that it is not kept.
    return (try? CanonicalWriter.write(document.root, numbers: .exact, to: &output)) != nil
  }
}

extension SchemaFormat {
  /// Whether a text has this format.
  func takes(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return accepts(bytes.span, 0, bytes.count)
  }
}
