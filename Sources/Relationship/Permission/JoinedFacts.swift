// The facts of all subjects of a customer, in the order in which they count.

extension CustomerFacts {
  /// The facts of several subjects together, as far as they are known, each list in the order of its stamps.
  init(joining all: [CustomerFacts], knownAt known: KnownAt) {
    self.init(all.first?.subject ?? "")
    func joined<Item: PassedFact>(_ list: (CustomerFacts) -> FactList<Item>) -> FactList<Item> {
      if all.count == 1, known == .end {
        // Events come nearly always in the order of their times: then nothing is copied.
        let own = list(all[0])
        if own.isInOrder { return own }
      }
      return FactList(joining: all.map(list), knownAt: known)
    }
    permits = joined(\.permits)
    forbids = joined(\.forbids)
    wishes = joined(\.wishes)
    requests = joined(\.requests)
    answers = joined(\.answers)
    notices = joined(\.notices)
    choices = joined(\.choices)
    cadences = joined(\.cadences)
    pauses = joined(\.pauses)
    resumptions = joined(\.resumptions)
    points = joined(\.points)
    verifications = joined(\.verifications)
    invalidations = joined(\.invalidations)
    countries = joined(\.countries)
    birthDates = joined(\.birthDates)
    orders = joined(\.orders)
    dealings = joined(\.dealings)
    occasions = all.flatMap(\.occasions).filter { known.includes($0.stamp) }
    occasions.sort { $0.stamp < $1.stamp }
    contacts = joined(\.contacts)
    tokens = joined(\.tokens)
    signals = joined(\.signals)
    conflicts = joined(\.conflicts)
    listings = joined(\.listings)
    complaints = joined(\.complaints)
    assignments = joined(\.assignments)
    restrictions = joined(\.restrictions)
    lifts = joined(\.lifts)
    deaths = joined(\.deaths)
    erasures = joined(\.erasures)
  }
}

extension CustomerFacts {
  /// Appends what other facts of the same subject hold, each list behind its own.
  package mutating func append(_ other: CustomerFacts) {
    permits += other.permits
    forbids += other.forbids
    wishes += other.wishes
    requests += other.requests
    answers += other.answers
    notices += other.notices
    choices += other.choices
    cadences += other.cadences
    pauses += other.pauses
    resumptions += other.resumptions
    points += other.points
    verifications += other.verifications
    invalidations += other.invalidations
    countries += other.countries
    birthDates += other.birthDates
    orders += other.orders
    dealings += other.dealings
    occasions += other.occasions
    contacts += other.contacts
    tokens += other.tokens
    signals += other.signals
    conflicts += other.conflicts
    listings += other.listings
    complaints += other.complaints
    assignments += other.assignments
    restrictions += other.restrictions
    lifts += other.lifts
    deaths += other.deaths
    erasures += other.erasures
  }
}

/// What has a stamp of its own.
package protocol Stamped {
  var stamp: EventStamp { get }
}

extension EventStamp: Stamped {
  package var stamp: EventStamp { self }
}

extension EventLink: Stamped {}
extension Permit: Stamped {}
extension Forbid: Stamped {}
extension ConsentRequest: Stamped {}
extension TopicWish: Stamped {}
extension ChannelChoice: Stamped {}
extension Cadence: Stamped {}
extension Pause: Stamped {}
extension PointAdded: Stamped {}
extension PointChange: Stamped {}
extension ProfileValue: Stamped {}
extension OrderFact: Stamped {}
extension Dealing: Stamped {}
extension OccasionFact: Stamped {}
extension ContactFact: Stamped {}
extension PrivacySignal: Stamped {}
extension SignalConflict: Stamped {}
extension Listing: Stamped {}
extension ComplaintFact: Stamped {}
extension Assignment: Stamped {}
extension Erasure: Stamped {}
