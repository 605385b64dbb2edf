// Who has this number or address, and what do we owe her? Asked at every counter, by what the customer can say.

import EventCatalog
package import JSONBytes
import LogEngine
import Projection
import ReadModels
package import Relationship

/// What a customer is looked up by.
package enum LookupKey: Sendable {
  /// `country`: whose a number without country code is, two letters of ISO 3166-1.
  case phone(String, country: String?)
  case email(String)
  /// A customer's id, or the value of an identifier: a loyalty number, a login.
  case identifier(String)
}

/// The customers that were found.
package struct LookupAnswer: Sendable {
  /// How a customer came to be found.
  package struct Point: Sendable {
    /// Id of the contact point; nil where she was found by an identifier.
    package var contactPoint: String?
    /// `phone`, `email`, or the kind of the identifier.
    package var kind: String
    /// A code or link came back, or the identifier was verified.
    package var isVerified: Bool
    /// Others read it too, as far as she said, or another customer has it as well.
    package var isShared: Bool
    /// It was found no longer to reach her.
    package var isInvalid: Bool
    /// The event that added it.
    package var since: ToldEvent
  }

  package struct Found: Sendable {
    package var customer: String
    /// As she gave it; personal.
    package var name: String?
    package var points: [Point]
    /// Every promise, the loudest first; kept ones behind.
    package var promises: [AgedPromise]

    /// What is owed at an instant.
    package func owed(at instant: Timestamp) -> [AgedPromise] {
      promises.filter { $0.promise.state(at: instant) == .open }
    }
  }

  package var found: [Found]
  /// How many there are besides; a number that a whole house shares is no customer's own.
  package var more: Int
  package var instant: Timestamp

  /// At most so many customers are told.
  package static let foundMax = 20
}

extension Ledger {
  /// The customers who have a phone number, an e-mail address or an identifier, each with what we owe her.
  ///
  /// Addresses are compared by keyed hash. Throws `lookup.phone`, `lookup.email` for what is none. Cost: a look-up, and
  /// for each customer her history.
  package func lookup(_ key: LookupKey) throws -> LookupAnswer {
    let instant = clock()
    let (customers, value) = try customers(by: key)
    var found: [LookupAnswer.Found] = []
    for customer in customers.prefix(LookupAnswer.foundMax) {
      let events = try events(ofCustomer: customer).filter { $0.defect == nil }
      found.append(
        LookupAnswer.Found(
          customer: customer, name: Self.name(in: events),
          points: points(value, in: events, isOfSeveral: customers.count > 1),
          promises: Self.promises(in: events).all(at: instant)))
    }
    return LookupAnswer(
      found: found, more: customers.count - found.count, instant: instant)
  }

  private func customers(by key: LookupKey) throws -> (customers: [String], value: String) {
    switch key {
    case .identifier(let id):
      return (try customers(withIdentifier: id), id)
    case .email(let text):
      guard let address = ContactValues.email(text) else {
        throw LedgerError(
          "lookup.email", "that is no e-mail address; one has a name, an @ and a domain", .usage)
      }
      return (try customers(withAddress: address, kind: "email"), address)
    case .phone(let text, let country):
      let number: String
      do throws(PhoneFault) {
        number = try ContactValues.phone(text, country: country)
      } catch {
        throw LedgerError("lookup.phone", error.sentence, .usage)
      }
      return (try customers(withAddress: number, kind: "phone"), number)
    }
  }

  /// By the keyed hash alone: the model `permission` holds no address.
  private func customers(withAddress address: String, kind: String) throws -> [String] {
    let hash = try addressGate().text(of: address, kind: kind)
    let view = permissionView
    _ = try view.catchUp()
    return try view.opened().engine.read {
      try PermissionModel.customers(withAddress: hash, in: $0)
    }
  }

  /// A customer's id, else the value of an identifier.
  private func customers(withIdentifier id: String) throws -> [String] {
    if try !log.history(of: id).positions.isEmpty {
      return [try mapper.customers(before: log.end).customer(of: id)]
    }
    let view = LedgerView(self, FoldedModel(Customer360.self))
    _ = try view.catchUp()
    return try view.opened().engine.read {
      try Customer360.customers(withIdentifier: id, in: $0)
    }
  }

  /// How she came to be found, from her own events.
  private func points(
    _ value: String, in events: [DecodedEvent], isOfSeveral: Bool
  ) -> [LookupAnswer.Point] {
    var points: [LookupAnswer.Point] = []
    for event in events {
      guard let own = event.permissionEvent.personal("value"),
        own == value || AddressGate.normal(own, kind: event.data["kind"]?.string ?? "") == value
      else { continue }
      switch event.type {
      case "contactpoint.added":
        guard let id = event.data["contactPointId"]?.string,
          !points.contains(where: { $0.contactPoint == id })
        else { continue }
        func last(_ type: String) -> DecodedEvent? {
          events.last {
            $0.type == type && $0.data["contactPointId"]?.equals(id) == true
              && !$0.permissionEvent.stamp.isImport
          }
        }
        let verified = last("contactpoint.verified")
        let invalid = events.last {
          $0.type == "contactpoint.invalidated" && $0.data["contactPointId"]?.equals(id) == true
        }
        points.append(
          LookupAnswer.Point(
            contactPoint: id, kind: event.data["kind"]?.string ?? "", isVerified: verified != nil,
            isShared: isOfSeveral || event.data["ownership"]?.equals("shared") == true,
            isInvalid: invalid.map { later in
              verified.map { $0.position < later.position } ?? true
            } ?? false, since: told(event)))
      case "identifier.linked":
        points.append(
          LookupAnswer.Point(
            contactPoint: nil, kind: event.data["idType"]?.string ?? "",
            isVerified: event.data["assurance"]?.equals("verified") == true,
            isShared: isOfSeveral, isInvalid: false, since: told(event)))
      default: break
      }
    }
    return points
  }

  /// The name that was said last.
  private static func name(in events: [DecodedEvent]) -> String? {
    let names = events.compactMap { event -> (Timestamp, UInt64, String)? in
      let text =
        switch event.type {
        case "customer.registered": event.permissionEvent.personal("name")
        case "profile.attribute.rectified" where event.data["path"]?.equals("name") == true:
          event.permissionEvent.personal("newValue")
        default: nil as String?
        }
      return text.map { (event.time, event.place, $0) }
    }
    return names.max { ($0.0, $0.1) < ($1.0, $1.1) }?.2
  }

  /// Every promise that a customer's events make.
  static func promises(in events: [DecodedEvent]) -> PromiseBook {
    var book = PromiseBook()
    for event in events {
      let mark = event.permissionEvent.stamp.mark
      let data = event.data
      switch event.type {
      case "credit.granted":
        guard let id = data["promiseId"]?.string, let owed = Money(data["amount"]) else { continue }
        book.granted(
          id,
          Promise.Grant(
            mark, owed: owed, reason: event.permissionEvent.personal("reason"),
            redeemWhere: data["redeemWhere"]?.string ?? "*",
            validUntil: data["validUntil"]?.text.flatMap { Timestamp($0) }))
      case "credit.redeemed":
        guard let id = data["promiseId"]?.string, let amount = Money(data["amount"]) else {
          continue
        }
        book.redeemed(
          id, Promise.Redemption(mark, amount: amount, storeId: data["storeId"]?.string))
      case "inquiry.received", "complaint.opened":
        if let cause = event.causationid { book.asked(mark, becauseOf: cause) }
      default: break
      }
    }
    return book
  }
}
