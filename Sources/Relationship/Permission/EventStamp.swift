// Which event said something, when it counts, and which of two words of one kind is the later.

package import JSONBytes

/// The event behind a fact, as an answer names it.
///
/// Compared by `time`, then by `id`, then by `source`: wherever a rule says *latest*. So the order in which events came
/// in plays no part.
package struct EventStamp: Hashable, Comparable, Sendable {
  /// Position in the ledger.
  package var place: UInt64
  package var id: String
  package var source: String
  /// When it happened, as the source says.
  package var time: Timestamp
  /// When the ledger took it.
  package var recorded: Timestamp
  package var author: Author
  /// An import brought it in.
  package var isImport: Bool

  /// Joins the parts. An actor that begins with `import:`, or a source below `/import/`, is an import.
  package init(
    _ id: String, source: String, place: UInt64, time: Timestamp, recorded: Timestamp,
    author: Author, authid: String? = nil
  ) {
    self.id = id
    self.source = source
    self.place = place
    self.time = time
    self.recorded = recorded
    self.author = author
    // By bytes: to `hasPrefix` a mark behind the colon makes another character of it.
    isImport =
      authid?.utf8.starts(with: "import:".utf8) == true
      || source.utf8.starts(with: "/import/".utf8)
  }

  /// The parts as ``init(_:source:place:time:recorded:author:authid:)`` made them once.
  init(
    _ id: String, source: String, place: UInt64, time: Timestamp, recorded: Timestamp,
    author: Author, isImport: Bool
  ) {
    self.id = id
    self.source = source
    self.place = place
    self.time = time
    self.recorded = recorded
    self.author = author
    self.isImport = isImport
  }

  package static func < (one: EventStamp, other: EventStamp) -> Bool {
    one.time == other.time ? one.isNamedBefore(other) : one.time < other.time
  }

  /// The order of events of one instant.
  func isNamedBefore(_ other: EventStamp) -> Bool {
    if id.utf8.elementsEqual(other.id.utf8) {
      return source.utf8.lexicographicallyPrecedes(other.source.utf8)
    }
    return id.utf8.lexicographicallyPrecedes(other.id.utf8)
  }

  /// When a no takes effect: nobody may delay it by a clock that runs ahead.
  package var momentOfNo: Timestamp { min(time, recorded) }

  /// When a yes takes effect: nobody may date it back.
  package var momentOfYes: Timestamp { max(time, recorded) }

  /// Whether a reference means this event, byte by byte.
  func isCalled(_ id: String) -> Bool { self.id.utf8.elementsEqual(id.utf8) }
}

/// What an answer may know: the second of its two clocks.
package enum KnownAt: Hashable, Sendable {
  /// All that the ledger holds.
  case end
  /// Events up to a position, itself included.
  case position(UInt64)
  /// Events that the ledger took up to an instant, itself included.
  case recorded(Timestamp)

  /// Whether the event was known.
  package func includes(_ stamp: EventStamp) -> Bool {
    switch self {
    case .end: true
    case .position(let place): stamp.place <= place
    case .recorded(let instant): stamp.recorded <= instant
    }
  }
}

/// An event that names another one by its `id`.
package struct EventLink: Hashable, Sendable {
  package var stamp: EventStamp
  /// The `id` that it names.
  package var id: String

  /// Joins both parts.
  package init(_ stamp: EventStamp, to id: String) {
    self.stamp = stamp
    self.id = id
  }

  /// The index of the event it means. Where several fit (other sources may use the same id), the latest before it; if
  /// all are later, the first.
  func index(in stamps: some Collection<EventStamp>) -> Int? {
    var best: (index: Int, stamp: EventStamp)?
    for (index, candidate) in stamps.enumerated() where candidate.isCalled(id) {
      guard let old = best?.stamp else {
        best = (index, candidate)
        continue
      }
      let isBetter =
        if candidate < stamp { old > stamp || candidate > old } else { candidate < old }
      if isBetter { best = (index, candidate) }
    }
    return best?.index
  }
}
