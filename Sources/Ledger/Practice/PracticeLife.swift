/// What a practice life remembers of itself: about 200 bytes, mostly ordinals of events that later
/// ones refer to.
struct PracticeLife: Sendable {
  let number: UInt32
  /// Her own draws, so that no life depends on the order in which others take their turns.
  var random: SplitMix64
  /// Events so far; the ordinal of the last.
  var events: Ordinal = 0
  /// Events she is still good for. Episodes begin while there are some; what has begun is finished.
  var budget: Int32
  var endsAt: Int64
  /// The door she uses mostly; it changes in the course of a life.
  var door: PracticeShop.Door
  var isDead = false
  var isMailDead = false

  // How she can be reached; the ordinal of the contactpoint.added.
  var mail: Ordinal = 0
  var phone: Ordinal = 0
  var post: Ordinal = 0
  var mailGeneration: UInt8 = 0

  var permission = PracticeStanding()

  // Trade.
  var order: Ordinal = 0
  var orderAt: Int64 = 0
  /// Place in ``PracticeShop/products`` of the first line of the last order.
  var orderProduct: UInt8 = 0
  var contract: Ordinal = 0
  var benefit: Ordinal = 0
  var viewed: Ordinal = 0

  // Service. A credit is forgotten here as soon as its redemption is planned, so that it happens
  // once.
  var complaint: Ordinal = 0
  var credit: Ordinal = 0
  var creditCents: UInt32 = 0
  /// Waits for a credit that nobody has granted yet, or that she could not find.
  var isWaiting = false

  // What she told us. Bits of ``questions`` are those of the bank that were asked.
  var questions: UInt16 = 0
  var wish: Ordinal = 0
  var wishKind: UInt8 = 0
  var inference: Ordinal = 0
  var relationship: Ordinal = 0
  var isInvited = false
  var loyalty: Ordinal = 0

  /// Number of the last campaign that took note of her, plus one.
  var campaign: UInt8 = 0

  init(number: UInt32, persona: PracticePersona, budget: Int, seed: UInt64) {
    self.number = number
    random = SplitMix64(seed: seed)
    self.budget = Int32(clamping: budget)
    endsAt = persona.endsAt
    door = persona.door
  }

  /// The life of the house, which has no customer.
  init(house number: UInt32, seed: UInt64) {
    self.number = number
    random = SplitMix64(seed: seed)
    budget = 0
    endsAt = PracticePeriod.end
    door = .web
  }

  /// The contact point that serves a channel; 0 where she has none.
  func point(for channel: PracticeContact.Channel) -> Ordinal {
    switch channel {
    case .email: mail
    case .sms, .voice: phone
    case .post: post
    case .inperson: 0
    }
  }
}

/// What a life has said about being contacted, as far as the decisions of a practice history need
/// it.
struct PracticeStanding: Sendable {
  enum Rule: UInt8, Sendable {
    case withdrawn, refused, revoked, optOut, notInterested, softOptInRefused

    var code: String {
      switch self {
      case .withdrawn: "G5.withdrawn"
      case .refused: "G5.refused"
      case .revoked: "G5.revoked"
      case .optOut: "G5.optOut"
      case .notInterested: "G5.notInterested"
      case .softOptInRefused: "G5.softOptInRefused"
      }
    }
  }

  var notice: Ordinal = 0
  var request: Ordinal = 0
  var requestUntil: Int64 = 0
  /// Permit of marketing by e-mail, for every topic.
  var mail: Ordinal = 0
  /// When that permit runs out; 0 = never.
  var mailUntil: Int64 = 0
  var voice: Ordinal = 0
  var profile: Ordinal = 0
  var sharing: Ordinal = 0
  var care: Ordinal = 0

  var objection: Ordinal = 0
  /// The last forbid of marketing for all topics, by e-mail at least.
  var forbid: Ordinal = 0
  var forbidRule = Rule.optOut
  /// The last forbid of one topic, which no general yes lifts.
  var topicForbid: Ordinal = 0
  var topicForbidRule = Rule.notInterested
  var topicForbidden: UInt8 = 0
  /// "Never phone me."
  var voiceForbid: Ordinal = 0

  /// A choice of channels with mode `only`, for every topic.
  var choice: Ordinal = 0
  var choiceChannels: UInt8 = 0
  /// At most one contact in so many days.
  var cadenceDays: UInt8 = 0
  var lastMarketing: Ordinal = 0
  var lastMarketingAt: Int64 = 0
  var pause: Ordinal = 0
  var pauseUntil: Int64 = 0
  /// The pause after a declined invitation, for its topic.
  var coolOff: Ordinal = 0
  var coolOffTopic: UInt8 = 0
  var coolOffUntil: Int64 = 0

  /// The last order with a chance to refuse that was not taken, and its topic.
  var softOrder: Ordinal = 0
  var softTopic: UInt8 = 0

  var invalidated: Ordinal = 0
  var listed: Ordinal = 0
  var signal: Ordinal = 0
  var restriction: Ordinal = 0
  var assigned: Ordinal = 0
  var isControl = false
}
