// Why a customer's file says what it says: every value with the event behind it, and what her word comes to.

package import JSONBytes
import LogEngine
import Projection
package import ReadModels
import Relationship

/// A customer's values, each with its event, and her statements.
package struct WhyCustomer: Sendable {
  /// A value, and the event that gave it.
  package struct Line: Sendable {
    /// What sort of value: `profile`, `preference`, `promise`, `contact` and so on.
    package var kind: String
    /// What it is about, and what it says; may be personal.
    package var text: String
    /// `stated`, `observed` or `inferred`; nil for what we did ourselves.
    package var origin: String?
    package var source: CustomerView.Source
  }

  package var customer: String
  package var instant: Timestamp
  package var lines: [Line]
  /// What her own statements come to now, scope by scope; those of which nothing was said are left out.
  package var standings: [PermissionModel.Standing]
  /// Events of the customer that could not be taken in.
  package var lacking: Int

  /// Stable names, for programs.
  package var json: JSONValue {
    .object([
      "asked": "customer", "customer": .string(customer), "at": .string(instant.text),
      "values": .array(
        lines.map { line in
          .object([
            "kind": .string(line.kind), "text": .string(line.text),
            "origin": line.origin.map { .string($0) }, "event": Self.json(line.source),
          ])
        }),
      "permissions": .array(standings.map(\.json)),
      "lacking": lacking == 0 ? nil : .integer(lacking),
    ])
  }

  private static func json(_ source: CustomerView.Source) -> JSONValue {
    [
      "position": .integer(source.position), "eventId": .string(source.eventId),
      "time": .string(source.time.text), "saidBy": .string(source.saidBy.rawValue),
    ]
  }
}

extension Ledger {
  /// Why a customer's file says what it says; nil where there is no event of her.
  ///
  /// Cost: a look at the views `customer` and `permission`, which are brought up to date.
  package func why(customer id: String) throws -> WhyCustomer? {
    guard let view = try customer(id).view else { return nil }
    let permission = permissionView
    _ = try permission.catchUp()
    let standings = try permission.opened().engine.read {
      try PermissionModel.standings(of: view.id, at: view.instant, in: $0)
    }
    return WhyCustomer(
      customer: view.id, instant: view.instant, lines: WhyLines(view).all, standings: standings,
      lacking: view.lacking)
  }
}

/// Every value of a view as a line.
private struct WhyLines {
  let view: CustomerView

  init(_ view: CustomerView) { self.view = view }

  var all: [WhyCustomer.Line] {
    let who = view.who
    return values(who.profile + who.contactPoints + who.identifiers)
      + who.sameAs.map {
        line("sameAs", "\($0.subject), \($0.assurance)", origin: nil, $0.source)
      }
      + contact + values(view.contact.choices)
      + view.promises.compactMap(line) + view.complaints.compactMap(line)
      + view.bookings.map {
        line("booking", words([$0.topic, $0.reference]), origin: "observed", $0.source)
      }
      + values(view.stated + view.observed + view.inferred)
      + view.questions.map {
        line("question", words([$0.topic, $0.state, $0.answer]), origin: nil, $0.asked)
      }
      + view.benefits.map { line("benefit", words([$0.name, $0.tier]), origin: nil, $0.granted) }
      + view.relationships.map {
        line(
          "relationship", words([$0.step.rawValue, $0.topic, $0.type, $0.outcome]),
          origin: nil, $0.source)
      }
  }

  private var contact: [WhyCustomer.Line] {
    let contact = view.contact
    return [
      contact.erased.map { line("contact", "erased", origin: nil, $0) },
      contact.stopped.map { line("contact", "said no to everything", origin: "stated", $0) },
      contact.paused.map {
        line(
          "contact", "paused until \(contact.pausedUntil?.text ?? "")", origin: "stated", $0)
      },
    ].compactMap { $0 } + values([contact.deceased, contact.restricted].compactMap { $0 })
  }

  private func values(_ values: [CustomerView.Value]) -> [WhyCustomer.Line] {
    values.map { value in
      line(
        value.kind.rawValue, words([value.topic, value.about, value.text, value.detail]),
        origin: value.origin.rawValue, value.source)
    }
  }

  private func line(_ promise: CustomerView.PromiseItem) -> WhyCustomer.Line? {
    (promise.redeemed ?? promise.promised).map {
      line(
        "promise", words([promise.state.rawValue, promise.owed?.text, promise.reason]),
        origin: nil, $0)
    }
  }

  private func line(_ complaint: CustomerView.ComplaintItem) -> WhyCustomer.Line? {
    complaint.opened.map {
      line(
        "complaint",
        words([complaint.state.rawValue, complaint.topic, complaint.issue, complaint.remedy]),
        origin: "stated", $0)
    }
  }

  private func line(
    _ kind: String, _ text: String, origin: String?, _ source: CustomerView.Source
  ) -> WhyCustomer.Line {
    WhyCustomer.Line(kind: kind, text: text, origin: origin, source: source)
  }

  private func words(_ parts: [String?]) -> String {
    parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
  }
}
