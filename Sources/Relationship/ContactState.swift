// May this customer be contacted at all? The short answer every counter needs before any other.
//
// The full answer for a purpose, topic and channel is another rule's work. This one knows only what holds for
// everything: she said stop, she asked for a pause, her data were erased.

import JSONBytes

/// What holds for every contact with one customer.
package struct ContactState: Hashable, Sendable {
  /// The latest no to everything. A later yes reopens only what it names, so this stays.
  package private(set) var stop: Moment?
  /// Her keys were destroyed. Final: a later act of the person makes a new subject.
  package private(set) var erasure: Moment?

  /// The state as it was stored.
  package init(stop: Moment? = nil, erasure: Moment? = nil) {
    self.stop = stop
    self.erasure = erasure
  }

  /// Whether a scope means everything. A field that the event's type does not have counts as `*`.
  package static func isEverything(
    purpose: String?, topic: String?, channel: String?, contactPoint: String?
  ) -> Bool {
    [purpose, topic, channel, contactPoint].allSatisfy { $0 == nil || $0 == "*" }
  }

  /// Takes in an objection, opt-out, withdrawal, refusal or revocation whose scope is everything.
  package mutating func stopped(at moment: Moment) { stop = max(stop ?? moment, moment) }

  /// Takes in a `data.erased`.
  package mutating func erased(at moment: Moment) { erasure = min(erasure ?? moment, moment) }

  /// The pause of everything that ends last, among those in force; nil if there is none.
  ///
  /// Whether it still runs is asked with an instant: `until` may have passed.
  package static func pause(in facts: Facts) -> Fact? { pause(among: facts.inForce) }

  /// The same, among the facts in force.
  package static func pause(among inForce: [Fact]) -> Fact? {
    inForce.filter { $0.kind == .pause && $0.topic == "*" && $0.about == everything }
      .max { ($0.validUntil ?? .last, $0.mark) < ($1.validUntil ?? .last, $1.mark) }
  }

  /// What a pause of everything is about: any purpose by any channel.
  package static let everything = scope(purpose: "*", channel: "*")

  /// How a choice or a pause says what it is about besides the topic.
  package static func scope(purpose: String, channel: String?) -> String {
    channel.map { "\(purpose) \($0)" } ?? purpose
  }
}
