// Reads texts of customers' facts: see FactsText for what they look like.

/// Reads texts one after another.
package struct FactsReader: Sendable {
  /// The text to read.
  package var bytes: [UInt8] = []

  /// A reader without a text.
  package init() {}

  /// The facts of each subject in ``bytes``, the customer's own first, even where there are none of hers. Nil where the
  /// text is damaged. Cost: a look at each byte and some 20 nanoseconds a fact; what a fact says is read when somebody
  /// asks for it, but for permits, forbids and contact points, which every answer asks for.
  package func read(of customer: String) -> [CustomerFacts]? {
    FactsSheet(bytes, of: customer)?.facts
  }

  /// The same, all of it read, and a writer that goes on behind it.
  package func readToGoOn(
    of customer: String
  ) -> (facts: [CustomerFacts], writer: FactsWriter)? {
    guard let sheet = FactsSheet(bytes, of: customer) else { return nil }
    return (sheet.facts.map(\.whole), FactsWriter(bytes, of: customer, sheet))
  }
}
