// Purposes as registered: the class of a message comes from its purpose, never from the sender.

package import JSONBytes

/// What a message is, in the eyes of the law.
package enum MessageClass: String, Hashable, Sendable, CaseIterable {
  /// The law demands it: a recall, a breach of data.
  case mandatory
  /// About something she did or asked.
  case transactional
  case relationship
  /// Everything that promotes.
  case marketing
  /// Giving data to others for their advertising; channel `none`.
  case sharing
  /// A use of data without contact.
  case `internal`

  /// Whether a message of this class is one of the contacts she has had enough of at some point.
  package var isCounted: Bool { self == .marketing || self == .relationship }
}

/// A purpose as it stands at an instant.
package struct Purpose: Hashable, Sendable {
  package var path: String
  package var label: String
  package var messageClass: MessageClass
  /// Profiling of a known minor is denied whatever the class.
  package var isProfiling: Bool
  /// Event types that a message may answer; empty: it needs no occasion.
  package var occasions: [String]
  /// How old the occasion may be.
  package var occasionWindow: CalendarPeriod?
  /// How many messages one occasion is good for.
  package var occasionMax: Int?
  /// The `purpose.registered` in force.
  package var stamp: EventStamp
  /// When the purpose was first registered, by the later of the two times: a permit given before does not cover it.
  package var firstRegistered: Timestamp
  /// The `purpose.retired` in force.
  package var retired: EventStamp?

  /// Reads the data of a `purpose.registered`; nil where a required member is missing or not understood.
  ///
  /// `marketing` itself is marketing, whatever is registered: every message that promotes is asked about under it.
  init?(_ data: JSONView, _ stamp: EventStamp) {
    guard let path = data["purpose"]?.string,
      let messageClass = data["class"]?.string.flatMap({ MessageClass(rawValue: $0) })
    else { return nil }
    self.path = path
    self.messageClass = path == MessageClass.marketing.rawValue ? .marketing : messageClass
    self.stamp = stamp
    label = data["label"]?.string ?? path
    isProfiling = data["profiling"]?.bool ?? false
    occasions = data["occasions"]?.elements.compactMap(\.string) ?? []
    occasionWindow = nil
    if let window = data["occasionWindow"]?.string {
      guard let period = CalendarPeriod(window) else { return nil }
      occasionWindow = period
    }
    occasionMax = data["occasionMax"]?.integer.flatMap { Int(exactly: $0) }
    firstRegistered = stamp.momentOfYes
  }
}
