// Which subjects are one customer, as the log's merges say, remembered between questions.

import JSONBytes
package import LogEngine
package import Projection
import Relationship
import Synchronization

/// The merges of a log or another source of events, read once, and the maps that follow from them.
package final class Identities: Sendable {
  private struct Known {
    /// Everything before it was looked at.
    var end = Position.zero
    var events: [IdentityEvent] = []
    /// When each of them happened.
    var times: [Timestamp] = []
    /// All that were found, also those that join nobody.
    var found: [DecodedEvent] = []
    /// Maps by how many of the events they follow from: the latest that were asked for.
    var maps: [(count: Int, map: CustomerMap)] = []
  }

  private static let mapsMax = 4
  private let known = Mutex(Known())

  /// Nothing was looked at yet.
  package init() {}

  /// The map by the merges before `end`. The same object as long as there is no other merge. Cost: a scan for the two
  /// types of events over what was not looked at yet.
  package func map(before end: Position, from source: any EventSource) throws -> CustomerMap {
    try known.withLock { known in
      try Self.read(&known, before: end, from: source)
      var count = known.events.count
      while count > 0, known.events[count - 1].place >= end.value { count -= 1 }
      if count == 0 { return .none }
      if let found = known.maps.first(where: { $0.count == count }) { return found.map }
      let map = Self.map(known.events.prefix(count))
      known.maps.append((count, map))
      if known.maps.count > Self.mapsMax { known.maps.removeFirst() }
      return map
    }
  }

  /// The same, of the merges that had happened or were recorded by `point`.
  package func map(before end: Position, asOf point: AsOf, from source: any EventSource) throws
    -> CustomerMap
  {
    if case .position(let position) = point {
      return try map(before: min(end, position), from: source)
    }
    _ = try map(before: end, from: source)
    guard case .time(let time) = point else { return .none }
    let events = known.withLock { known in
      zip(known.events, known.times).filter { $0.place < end.value && $1 <= time }.map(\.0)
    }
    return Self.map(events[...])
  }

  /// Merges before `end`, and what took them back, from the one at `first` on, in the order of the log. Cost: as of
  /// ``map(before:from:)``.
  package func events(
    from first: Int, before end: Position, from source: any EventSource
  ) throws -> ArraySlice<DecodedEvent> {
    try known.withLock { known in
      try Self.read(&known, before: end, from: source)
      var count = known.found.count
      while count > 0, known.found[count - 1].position >= end { count -= 1 }
      return known.found[min(first, count)..<count]
    }
  }

  private static func read(
    _ known: inout Known, before end: Position, from source: any EventSource
  ) throws {
    while known.end < end {
      let batch = try source.events(
        from: known.end, countMax: 65_536, ofTypes: CustomerMap.eventTypes)
      guard batch.next > known.end else { break }
      for event in batch.events {
        known.found.append(try alone(event))
        guard let found = Self.identityEvent(event) else { continue }
        known.events.append(found)
        known.times.append(event.time)
      }
      known.end = batch.next
    }
  }

  /// The event with data of its own: what is kept must not keep all that was read with it.
  private static func alone(_ event: DecodedEvent) throws -> DecodedEvent {
    var event = event
    var bytes: [UInt8] = []
    CanonicalWriter.write(event.data.value, to: &bytes)
    event.data = try JSONDocument(scanning: bytes).root
    return event
  }

  private static func identityEvent(_ event: DecodedEvent) -> IdentityEvent? {
    guard event.defect == nil, let subject = event.subject else { return nil }
    if event.type == "profile.merged" {
      guard let absorbed = event.data["absorbed"]?.string else { return nil }
      return .merged(
        place: event.place, id: event.id, kept: subject, absorbed: absorbed,
        isVerified: event.data["assurance"]?.string == "verified")
    }
    guard let target = event.data["mergeEventId"]?.string else { return nil }
    return .unmerged(place: event.place, subject: subject, mergeId: target)
  }

  private static func map(_ events: ArraySlice<IdentityEvent>) -> CustomerMap {
    let groups = IdentityGroups(events)
    var undone: [Position: String] = [:]
    for (place, subject) in groups.undone { undone[Position(place)] = subject }
    return CustomerMap(canonical: groups.canonical, undone: undone)
  }
}
