// Sums of money as read models keep them: whole millionths and a currency, never a binary float.

package import JSONBytes

/// A sum in one currency. Sums of different currencies are never added.
package struct Money: Hashable, Sendable {
  /// Millionths of the currency's unit.
  package var micros: Int64
  /// ISO 4217.
  package var currency: String

  /// Joins both parts.
  package init(micros: Int64, currency: String) {
    self.micros = micros
    self.currency = currency
  }

  /// Reads `{"amount": "19.90", "currency": "EUR"}`.
  ///
  /// Nil for anything else, for more than six decimal places and for what does not fit 64 bits: a sum is kept
  /// exactly or not at all, and the caller says that it is missing.
  package init?(_ view: JSONView?) {
    guard let view, let amount = view["amount"]?.text, let micros = ExactDecimal(amount)?.micros,
      let currency = view["currency"]?.string
    else { return nil }
    self.init(micros: micros, currency: currency)
  }

  /// Currencies without a smaller unit (ISO 4217, minor unit 0): their sums are written without places.
  private static let unitOnly: Set<String> = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
    "VUV",
    "XAF", "XOF", "XPF",
  ]

  /// As people write it: `20.00 EUR`, `0.085 EUR`, `1200 JPY`.
  package var text: String {
    let places = Self.unitOnly.contains(currency) ? 0 : 2
    return "\(ExactDecimal(micros: micros).text(placesMin: places)) \(currency)"
  }
}
