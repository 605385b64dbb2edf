// The life of one message to a subscriber as a state machine: no socket, no clock, no chance.

/// What becomes of a message that is to be delivered.
struct WebhookState: Hashable, Sendable {
  /// What came of a try.
  enum Outcome: Hashable, Sendable {
    /// It answered with a status; `retryAfter` in seconds, if it said so.
    case answered(status: Int, retryAfter: Int?)
    /// It could not be reached, was not who it should be, took too long, or said too much.
    case unreachable
    /// Its address may not be sent to.
    case refused
  }

  /// What to do.
  enum Action: Hashable, Sendable {
    case delivered
    /// Try again after so many seconds.
    case retry(afterSeconds: Int64)
    /// Set the message aside; it can be sent again by hand. Deliver the next one.
    case setAside
    /// The subscriber is gone (410): send it nothing more until it says where to.
    case disable
  }

  /// Seconds before the second try, the third, and so on: over three days.
  static let delays: [Int64] = [
    5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
  ]
  /// Of its delay, a try may come earlier or later by this share, so that subscribers who fell over together are not
  /// all asked at once.
  static let jitterPercent: Int64 = 20

  private(set) var tries = 0

  /// Takes in what came of a try. `chance` is a random number from 0 to 999.
  mutating func tried(_ outcome: Outcome, chance: Int64) -> Action {
    precondition((0..<1_000).contains(chance), "chance is a number from 0 to 999")
    tries += 1
    var wanted: Int64 = 0
    switch outcome {
    case .answered(status: 200..<300, _): return .delivered
    case .answered(status: 410, _): return .disable
    case .refused: return .setAside
    case .answered(_, let retryAfter): wanted = retryAfter.map { Int64($0) } ?? 0
    case .unreachable: break
    }
    guard tries <= Self.delays.count else { return .setAside }
    let delay = Self.delays[tries - 1]
    let spread = delay * Self.jitterPercent / 100
    let jittered = delay - spread + 2 * spread * chance / 999
    // A subscriber may ask for more time, up to the longest delay.
    return .retry(afterSeconds: max(jittered, min(wanted, Self.delays.last ?? 0)))
  }
}
