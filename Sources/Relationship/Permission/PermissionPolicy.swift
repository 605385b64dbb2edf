// The values that a compliance officer signs: which law applies where, and what it asks for.

package import JSONBytes

/// A permission policy: the object of a `policy.published` with `part: permission`. docs/permission.md describes it.
///
/// Every value of the law lives here, none in the rules.
package struct PermissionPolicy: Hashable, Sendable {
  /// What a channel needs before it may be used.
  package enum Basis: String, Hashable, Sendable, CaseIterable {
    case optIn, optOut, signedConsent

    fileprivate static func stricter(_ one: Basis, _ other: Basis) -> Basis {
      [.signedConsent, .optIn].first { one == $0 || other == $0 } ?? .optOut
    }
  }

  /// What makes the match of a statutory list harmless.
  package enum Override: String, Hashable, Sendable, CaseIterable {
    case signedConsent, relationship
  }

  /// A do-not-contact list of the law.
  package struct StatutoryList: Hashable, Sendable {
    package var list: String
    /// The list is about this channel and those below it.
    package var channel: PathScope
    /// An older snapshot says nothing any more.
    package var maxAge: CalendarPeriod
    package var overriddenBy: [Override]
  }

  /// What a channel, and those below it, need.
  package struct ChannelBasis: Hashable, Sendable {
    package var channel: PathScope
    package var needs: Basis
  }

  /// What one law asks for.
  package struct Regime: Hashable, Sendable {
    package var basis: [ChannelBasis]
    /// Channels on which an order may stand in for a consent.
    package var softOptIn: [PathScope]
    package var lists: [StatutoryList]
    /// In years.
    package var minorAge: Int

    /// What a channel needs: the longest path that matches counts. Where none does, a consent.
    ///
    /// Of a channel that is not named itself, what is named below it counts as well: the strictest.
    func basis(of channel: AskedPath) -> Basis {
      let above = basis.filter { $0.channel.covers(channel) }
        .max { $0.channel.text.utf8.count < $1.channel.text.utf8.count }
      let needs = above?.needs ?? .optIn
      if above?.channel.text == channel.text { return needs }
      return basis.reduce(needs) { strictest, below in
        below.channel.isBelow(channel) ? Basis.stricter(strictest, below.needs) : strictest
      }
    }
  }

  /// At most so many contacts in a period.
  package struct Cap: Hashable, Sendable {
    package var count: Int
    package var period: CalendarPeriod

    /// Joins both parts.
    package init(count: Int, period: CalendarPeriod) {
      self.count = count
      self.period = period
    }
  }

  package var version: String
  package var regimeByCountry: [String: String]
  package var defaultRegime: String
  package var regimes: [String: Regime]
  /// Pairs of topics that count as similar for a soft opt-in.
  package var similarTopics: [[String]]
  /// How long an order overrides the match of a list, and how long an inquiry does.
  package var orderOverride: CalendarPeriod
  package var inquiryOverride: CalendarPeriod
  /// When calls and text messages are allowed.
  package var quietHours: LocalHours
  /// What she asked for so shortly before may come in quiet hours.
  package var requestedWithin: CalendarPeriod
  package var zonesByCountry: [String: [String]]
  package var companyCap: Cap
  /// Whether an open complaint holds advertising back.
  package var complaintHold: Bool
  /// How long an order or a contract makes a customer of somebody.
  package var relationshipWindow: CalendarPeriod
  /// Length of the pause after a declined invitation.
  package var coolOff: CalendarPeriod
  /// How far one STOP reaches on its channel.
  package var stopPurpose: String
  package var stopTopic: String
  /// How long an answer may be acted on.
  package var tokenLifetime: CalendarPeriod
  /// Which channel to try first.
  package var channelOrder: [String]
  /// The policy as it was written.
  package var json: JSONValue

  /// The name of the law that applies in a country; nil: no country is known.
  func regimeName(of country: String?) -> String {
    country.flatMap { regimeByCountry[$0] } ?? defaultRegime
  }

  /// Every regime that is named has its values: the reader of the policy saw to it.
  func regime(named name: String) -> Regime {
    guard let regime = regimes[name] else {
      preconditionFailure("a policy has values for every regime it names")
    }
    return regime
  }

  /// The age under which a guardian must consent, by the law of a country; nil: no country is known.
  func minorAge(in country: String?) -> Int {
    regime(named: regimeName(of: country)).minorAge
  }

  /// Whether two topics are listed as similar.
  func areSimilar(_ one: String, _ other: String) -> Bool {
    similarTopics.contains { $0 == [one, other] || $0 == [other, one] }
  }
}
