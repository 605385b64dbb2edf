// An event as the fold of permission takes it in: its stamp, its type, its customer, its data.

package import JSONBytes

/// One event of the log, lifted to the newest version of its type.
package struct PermissionEvent: Sendable {
  package var stamp: EventStamp
  package var type: String
  /// The customer; nil for events about the whole ledger.
  package var subject: String?
  package var data: JSONView

  /// Joins the parts.
  package init(_ stamp: EventStamp, type: String, subject: String?, data: JSONView) {
    self.stamp = stamp
    self.type = type
    self.subject = subject
    self.data = data
  }

  func text(_ name: String) -> String? { data[name]?.string }

  func instant(_ name: String) -> Timestamp? { data[name]?.text.flatMap { Timestamp($0) } }

  func period(_ name: String) -> CalendarPeriod? { text(name).flatMap { CalendarPeriod($0) } }

  func texts(_ name: String) -> [String] { data[name]?.elements.compactMap(\.string) ?? [] }

  func scope(_ name: String) -> PathScope { PathScope(text(name)) }

  var hasEvidence: Bool { data["evidence"] != nil }

  /// The words that stand in place of a personal value which this reader may not see.
  package static let unreadable: Set = ["[hidden]", "[erased]", "[key unavailable]"]

  /// A personal value; nil where it is absent or cannot be read.
  package func personal(_ name: String) -> String? {
    guard let text = text(name), !Self.unreadable.contains(text) else { return nil }
    return text
  }

  /// Whether the author may loosen what the customer set: she herself, or staff with proof of her act.
  var mayLoosen: Bool {
    !stamp.isImport && (stamp.author == .customer || stamp.author == .staff && hasEvidence)
  }
}
