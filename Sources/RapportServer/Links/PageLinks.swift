// Links that open a page once: sent to an address that only their reader has.

/// The page links that were given out and have not ended. Only their digests are here.
///
/// A link ends a quarter of an hour after it was made, and when it was used. Looking at it uses nothing up: mail
/// scanners follow links. Times are microseconds of a clock that never goes back.
struct PageLinks: Sendable {
  /// For whom a link is.
  struct Holder: Hashable, Sendable {
    var principal: Principal
    /// The page that it opens.
    var page: String
  }

  /// What a secret is good for.
  enum State: Hashable, Sendable {
    case fresh(Holder)
    /// It was good once: say so (410), and offer another.
    case used
    /// Ended, or never made: nobody can tell which.
    case unknown
  }

  static let lifetime: Int64 = 15 * 60 * 1_000_000
  /// Links that are out at once; of one actor a few. Then the oldest of hers goes, or none is made.
  static let countMax = 100_000
  static let countOfActorMax = 5

  private struct Entry: Sendable {
    var holder: Holder
    var until: Int64
    var isUsed = false
  }

  private var entries: [Secret.Digest: Entry] = [:]
  private var byActor: [String: [Secret.Digest]] = [:]
  /// In the order in which they end.
  private var order: [(until: Int64, digest: Secret.Digest)] = []
  private var ended = 0

  init() {}

  var count: Int { entries.count }

  /// Gives out a link; false where too many are out.
  mutating func add(_ secret: Secret, for holder: Holder, at now: Int64) -> Bool {
    removeEnded(at: now)
    let actor = holder.principal.actor
    if let own = byActor[actor], own.count >= Self.countOfActorMax { remove(own[0]) }
    guard entries.count < Self.countMax else { return false }
    let digest = secret.digest
    let until = now + Self.lifetime
    entries[digest] = Entry(holder: holder, until: until)
    byActor[actor, default: []].append(digest)
    order.append((until, digest))
    return true
  }

  /// Looks at a link and uses nothing up.
  func state(of secret: Secret, at now: Int64) -> State {
    guard let entry = entries[secret.digest], now < entry.until else { return .unknown }
    return entry.isUsed ? .used : .fresh(entry.holder)
  }

  /// Uses a link up. Of two that come at once, one is told that it was used.
  mutating func use(_ secret: Secret, at now: Int64) -> State {
    let state = state(of: secret, at: now)
    if case .fresh = state { entries[secret.digest]?.isUsed = true }
    return state
  }

  private mutating func removeEnded(at now: Int64) {
    while ended < order.count, order[ended].until <= now {
      remove(order[ended].digest)
      ended += 1
    }
    if ended > 1_024, ended * 2 > order.count {
      order.removeFirst(ended)
      ended = 0
    }
  }

  private mutating func remove(_ digest: Secret.Digest) {
    guard let entry = entries.removeValue(forKey: digest) else { return }
    let actor = entry.holder.principal.actor
    byActor[actor]?.removeAll { $0 == digest }
    if byActor[actor]?.isEmpty == true { byActor[actor] = nil }
  }
}
