// What an import would have undone: the customer's own no, to be named where a row is set aside.

package import JSONBytes

/// Imports only tighten. Pure: the caller brings the facts.
package enum ImportRule {
  /// The `id` of the no that an event of an import would have undone; nil where there is none.
  ///
  /// Of a permit that is the last forbid that stands against what it claims; of an event that names what it ends, that
  /// event. `customer` holds the facts of all her subjects, `instant` is now.
  package static func undone(
    by event: PermissionEvent, in customer: CustomerPermission, at instant: Timestamp
  ) -> String? {
    switch event.type {
    case "contact.resumed": return event.text("pauseEventId")
    case "restriction.lifted": return event.text("restrictionEventId")
    case "profile.unmerged": return event.text("mergeEventId")
    case "conflict.confirmed": return event.text("signalEventId")
    case "contactpoint.verified":
      let address = event.text("contactPointId").flatMap {
        customer.book.address(ofPoint: $0, at: instant)
      }
      return address.flatMap { customer.book.invalidation(of: $0, at: instant)?.id }
    case "registry.cleared":
      return customer.facts.listings.last {
        $0.isMatch && $0.list == event.text("list") && $0.point == event.text("contactPointId")
      }?.stamp.id
    case "profile.attribute.rectified":
      return event.text("path") == "birthDate" ? customer.facts.birthDates.last?.stamp.id : nil
    case "consent.given", "consent.confirmed", "guardian.consented":
      return forbid(against: StatementScope(event), customer, instant)
    default: return nil
    }
  }

  /// The last forbid that stands against any part of a claim.
  private static func forbid(
    against claim: StatementScope, _ customer: CustomerPermission, _ instant: Timestamp
  ) -> String? {
    let address = customer.book.address(of: claim.point, at: instant)
    for (index, statement) in customer.statements.enumerated().reversed()
    where !statement.kind.isPermit && statement.effect <= instant {
      guard let purpose = common(claim.purpose, statement.purpose, else: "marketing"),
        let topic = common(claim.topic, statement.topic, else: "general"),
        let channel = common(claim.channel, statement.channel, else: "email"),
        address < 0 || statement.address < 0 || statement.address == address
      else { continue }
      let asked = AskedScope(
        purpose: AskedPath(purpose), topic: AskedPath(topic), channel: AskedPath(channel))
      let standing = Standing(
        asked, registered: .first, customer, at: instant,
        address: address < 0 ? max(statement.address, PreparedStatement.noAddress) : address,
        age: nil)
      if standing.forbids.contains(index) { return statement.stamp.id }
    }
    return nil
  }

  /// A path that both scopes cover: the narrower one; nil where they have nothing in common.
  private static func common(
    _ one: PathScope, _ other: PathScope, else word: String
  ) -> String? {
    switch (one.isEverything, other.isEverything) {
    case (true, true): word
    case (true, false): other.text
    case (false, true): one.text
    case (false, false):
      one.isNoWider(than: other) ? one.text : other.isNoWider(than: one) ? other.text : nil
    }
  }
}
