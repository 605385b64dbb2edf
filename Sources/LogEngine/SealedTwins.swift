internal import JSONBytes
internal import Synchronization
internal import Transparency

/// Looks for events that are recorded in sealed segments already, and compares them.
enum SealedTwins {
  /// For each of `indices` whose event is sealed: its position. Throws where the content differs.
  static func find(
    _ indices: [Int], of events: [NewEvent], _ core: LogCore
  ) throws(AppendError) -> [(index: Int, position: Position)] {
    let candidates = core.known.withLock { table in
      indices.filter { table.maySealed(events[$0].key) }
    }
    var found: [(index: Int, position: Position)] = []
    for index in candidates {
      let event = events[index]
      guard let position = try position(of: event, core) else { continue }
      let stored: ArraySlice<UInt8>
      do throws(ReadError) {
        var reader = EntryReader(core)
        stored = try reader.entry(at: position)
      } catch {
        throw .unreadable(error)
      }
      guard event.matches(stored, event) else { throw .idReused(index: index, position: position) }
      found.append((index, position))
    }
    return found
  }

  private static func position(
    of event: NewEvent, _ core: LogCore
  ) throws(AppendError) -> Position? {
    var scanner = JSONScanner()
    let node: Int
    do throws(JSONError) {
      node = try scanner.scan(event.bytes.span, in: 0..<event.bytes.count)
    } catch {
      preconditionFailure("an event was written by the canonical writer")
    }
    guard let names = EntryNames(scanner.nodes, at: node, event.bytes) else {
      preconditionFailure("an event has a source and an id")
    }
    do throws(ReadError) {
      return try core.sealedPosition(ofSource: names.source, id: names.id, event.key)
    } catch {
      throw .unreadable(error)
    }
  }
}
