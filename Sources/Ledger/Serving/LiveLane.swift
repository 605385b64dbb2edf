// One thread that takes what is appended into some views, batch after batch.

import LogEngine
import Projection
import Relationship

/// The work of one thread of ``LiveViews``. Everything here belongs to that thread.
struct LiveLane {
  /// A view whose file is open.
  private struct Slot {
    var name: String
    var kept: KeptModel
    /// The ledger as the view may see it.
    var source: any EventSource
  }

  private let number: Int
  private let names: [String]
  private let live: LiveViews
  /// One reading for all views of this lane.
  private let reading: SharedReading
  /// In the order of ``names``.
  private var slots: [Slot] = []
  /// Events before it were looked at for what they bring about.
  private var looked: Position

  init(_ number: Int, _ names: [String], _ live: LiveViews) {
    self.number = number
    self.names = names
    self.live = live
    reading = SharedReading(live.ledger.mapper)
    looked = live.ledger.log.end
  }

  mutating func run() {
    while true {
      switch live.nextWork(of: number) {
      case .open(let name): open(name)
      case .letGo(let name): letGo(name)
      case .takeIn: takeIn()
      case .react: live.react()
      case .rest: break
      case .end:
        // What cannot be closed is as good as a file of a process that was killed: the next one takes it up.
        for slot in slots { try? slot.kept.close(forGood: true) }
        slots = []
        live.laneEnded()
        return
      }
    }
  }

  // MARK: Files

  private mutating func open(_ name: String) {
    do {
      var view = live.view(name)
      view.reading = reading
      let (engine, source) = try view.opened()
      switch try engine.keep(with: source) {
      case .open(let kept):
        slots.append(Slot(name: name, kept: kept, source: source))
        slots.sort { (names.firstIndex(of: $0.name) ?? 0) < (names.firstIndex(of: $1.name) ?? 0) }
        live.stands(name, at: kept.position, .following)
      case .needsRebuild(let reason): live.rebuild(name, because: reason)
      }
    } catch {
      live.failed(name, error)
    }
  }

  private mutating func letGo(_ name: String) {
    close(name)
    live.stands(name, .lent)
  }

  private mutating func close(_ name: String) {
    guard let place = slots.firstIndex(where: { $0.name == name }) else { return }
    // The lock is gone whatever comes of it; what is wrong with the file is found by whoever opens it next.
    try? slots[place].kept.close(forGood: false)
    slots.remove(at: place)
  }

  private mutating func fail(_ name: String, _ error: any Error) {
    close(name)
    live.failed(name, error)
  }

  // MARK: Events

  /// Takes in everything that is recorded now, a batch a view in turn.
  private mutating func takeIn() {
    do {
      try reading.refresh()
    } catch {
      // A log that is open for writing knows its end; this is for the compiler.
      for slot in slots { fail(slot.name, error) }
      return
    }
    let end = reading.end
    var isDone = false
    while !isDone, !live.isInterrupted(number) {
      isDone = true
      for name in slots.map(\.name) {
        guard let slot = slots.first(where: { $0.name == name }), slot.kept.position < end else {
          continue
        }
        if takeIn(slot), slot.kept.position < end { isDone = false }
      }
    }
    if isDone { live.tookIn(number, upTo: end) }
    reading.forget()
  }

  /// One batch into one view. False where it takes no more for now.
  private mutating func takeIn(_ slot: Slot) -> Bool {
    do {
      guard slot.kept.isInForce else {
        // Somebody put another file in its place, or took it away.
        close(slot.name)
        live.stands(slot.name, .opening)
        return false
      }
      guard try look(from: slot.kept.position) else { return false }
      let hole = try slot.kept.takeIn(slot.source, countMax: LiveState.batchMax)
      let doing = hole.map { LiveView.Doing.stopped($0) } ?? .following
      live.stands(slot.name, at: slot.kept.position, doing)
      return hole == nil
    } catch {
      fail(slot.name, error)
      return false
    }
  }

  /// Looks at the next run for what it brings about: something that follows, or another sharing plan. False where the
  /// plan had files closed that were made by the old one.
  private mutating func look(from position: Position) throws -> Bool {
    let run = try reading.events(from: position, countMax: LiveState.batchMax, ofTypes: nil)
    let new = run.events.filter { $0.position >= looked }
    looked = max(looked, run.next)
    if new.contains(where: { ReactionHistory.triggers.contains($0.type) }), number == 0 {
      live.triggered()
    }
    guard new.contains(where: { PublishedPlan.types.contains($0.type) }) else { return true }
    var isSame = true
    for slot in slots {
      let catalogue = try live.view(slot.name).opened().engine.catalogue
      guard catalogue.whole != slot.kept.catalogue.whole else { continue }
      close(slot.name)
      live.stands(slot.name, .opening)
      isSame = false
    }
    return isSame
  }
}
