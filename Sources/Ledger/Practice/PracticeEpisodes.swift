/// What a life does of its own accord, and when: an episode begins a chain of events that finishes
/// by itself.
extension PracticeHistory {
  /// Plans the next episode: the rest of the life shared among the events it is still good for.
  ///
  /// All lives together slow down or hurry a little so that the history ends with its period; this
  /// is the one thing in which they know of each other.
  mutating func planEpisode(_ life: inout PracticeLife, after time: Int64) {
    guard life.budget > 0, time < life.endsAt else { return }
    // An episode makes some five events for every two.
    let episodes = Double(life.budget) * pace / 2.5
    let rest = Double(life.endsAt - time)
    let gap = Int64(min(rest / episodes * (0.25 + 1.5 * life.random.unit()), rest)) + 1
    guard time + gap < life.endsAt else { return }
    plan(.episode, life, at: daytime(time, plus: gap, &life))
  }

  /// Events still wanted for each one that the lives still have in them, within reason. A few more
  /// are wanted than were asked for, or one history in two would fall short by a handful.
  private var pace: Double {
    let wanted = eventsMax - written + eventsMax / 40
    return min(max(Double(wanted) / Double(max(promised, 1)), 0.05), 4)
  }

  /// A moment between breakfast and late evening of the day that lies `gap` after `time`, but never
  /// before it. A gap of less than half a day is taken as it is: who has so much to say does not
  /// sleep.
  func daytime(_ time: Int64, plus gap: Int64, _ life: inout PracticeLife) -> Int64 {
    let day = PracticePeriod.day
    guard gap > day / 2 || gap == 0 else { return time + gap }
    let start = (time + gap) / day * day
    let hours = 7 + people.persona(life.number).country.hoursBehind
    let second = hours * 3600 + Int64(life.random.below(14 * 3600))
    let moment = start + second * 1000 + Int64(life.random.below(1000))
    return moment > time ? moment : time + gap + 1
  }

  /// Some days later, at a time of day when people are awake.
  func days(_ days: ClosedRange<Int>, after time: Int64, _ life: inout PracticeLife) -> Int64 {
    let count = days.lowerBound + life.random.below(days.count)
    return daytime(time, plus: Int64(count) * PracticePeriod.day, &life)
  }

  /// Some minutes later.
  func minutes(_ minutes: ClosedRange<Int>, after time: Int64, _ life: inout PracticeLife) -> Int64
  {
    let count = minutes.lowerBound + life.random.below(minutes.count)
    return time + Int64(count) * PracticePeriod.minute + Int64(life.random.below(60_000))
  }

  /// Plans a step; what lies behind the end of the period never happens.
  mutating func plan(
    _ kind: PracticeStep.Kind, _ life: PracticeLife, at time: Int64,
    _ a: UInt32 = 0, _ b: UInt32 = 0, _ c: UInt32 = 0
  ) {
    guard time < PracticePeriod.end else { return }
    queue.push(kind, of: life.number, at: time, a, b, c)
  }

  /// Begins one episode. Weights are of 1,000; what does not fit the life becomes an order.
  mutating func beginEpisode(_ life: inout PracticeLife, at time: Int64) {
    guard !life.isDead else { return }
    defer { planEpisode(&life, after: time) }
    if life.random.chance(6) { life.door = life.random.pick(PracticeShop.Door.allCases) }
    let step = episode(&life, at: time)
    perform(step.0, &life, at: time, step.1, 0, 0)
  }

  private func episode(
    _ life: inout PracticeLife, at time: Int64
  ) -> (PracticeStep.Kind, UInt32) {
    let isMinor = people.role(of: life.number) == .minor
    switch life.random.below(1000) {
    case ..<420: return (.trade(.order), 0)
    case ..<540 where !isMinor: return (.contact(.begin), 0)
    case ..<575: return (.service(.inquire), 0)
    case ..<655: return statement(&life)
    case ..<695: return (.trade(.book), 0)
    case ..<740: return (.dialogue(.ask), 0)
    case ..<770: return (.trade(.grantBenefit), 0)
    case ..<845 where !isMinor: return permission(&life)
    case ..<873: return observation(&life)
    case ..<890 where !life.isInvited && !isMinor:
      return (.permission(.notice), PracticePlan.invitation.rawValue)
    case ..<907: return (.trade(.startContract), 0)
    case ..<925 where life.order != 0: return (.service(.feedback), 0)
    case ..<938: return (.service(.suggest), 0)
    case ..<953 where life.order != 0: return (.service(.complain), 0)
    case ..<972: return changeOfAddress(&life)
    case ..<988 where life.events > 6: return right(&life)
    default: return (.trade(.order), 0)
    }
  }

  /// Something she tells us.
  private func statement(_ life: inout PracticeLife) -> (PracticeStep.Kind, UInt32) {
    switch life.random.below(100) {
    case ..<26: (.dialogue(.prefer), 0)
    case ..<42: (.dialogue(.interest), 0)
    case ..<62: (.dialogue(.react), 0)
    case ..<70: (.dialogue(.need), 0)
    case ..<77: (.dialogue(.value), 0)
    case ..<84: (.dialogue(.lifestyle), 0)
    case ..<90: (.dialogue(.stage), 0)
    case ..<95: (.trade(.configure), 0)
    default: (.dialogue(.reason), 0)
    }
  }

  /// Something she says about contact, or about the use of her data.
  private func permission(_ life: inout PracticeLife) -> (PracticeStep.Kind, UInt32) {
    let standing = life.permission
    switch life.random.below(100) {
    case ..<22 where standing.mail == 0 && life.mail != 0:
      return (.permission(.notice), PracticePlan.mail.rawValue)
    case ..<32 where standing.voice == 0 && life.phone != 0:
      return (.permission(.notice), PracticePlan.voice.rawValue)
    case ..<42 where standing.profile == 0:
      return (.permission(.notice), PracticePlan.profile.rawValue)
    case ..<47 where standing.care == 0:
      return (.permission(.notice), PracticePlan.care.rawValue)
    case ..<51 where standing.sharing == 0:
      return (.permission(.notice), PracticePlan.sharing.rawValue)
    case ..<62: return (.permission(.chooseChannel), 0)
    case ..<72: return (.permission(.chooseCadence), 0)
    case ..<82: return (.permission(.pause), 0)
    case ..<88 where standing.mail != 0: return (.permission(.withdraw), 0)
    case ..<93: return (.permission(.optOut), 0)
    case ..<96: return (.permission(.object), 0)
    default: return (.permission(.signal), 0)
    }
  }

  /// Something we see or guess.
  private func observation(_ life: inout PracticeLife) -> (PracticeStep.Kind, UInt32) {
    if life.permission.profile != 0, life.random.chance(60) { return (.trade(.view), 0) }
    if life.order != 0, life.random.chance(70) { return (.dialogue(.infer), 0) }
    return (.service(.advocate), 0)
  }

  private func changeOfAddress(_ life: inout PracticeLife) -> (PracticeStep.Kind, UInt32) {
    switch life.random.below(100) {
    case ..<35 where life.mail != 0: return (.identity(.replaceMail), 0)
    case ..<50 where life.phone != 0: return (.identity(.invalidatePhone), 0)
    case ..<62 where life.post == 0: return (.identity(.addPost), 0)
    case ..<82 where life.loyalty != 0: return (.identity(.unlink), life.loyalty)
    default: return (.identity(.rectify), 0)
    }
  }

  /// Her rights, and the rare heavy things.
  private func right(_ life: inout PracticeLife) -> (PracticeStep.Kind, UInt32) {
    switch life.random.below(100) {
    case ..<42: (.rights(.request), 0)
    case ..<62: (.rights(.look), 0)
    case ..<74: (.rights(.restrict), 0)
    case ..<80: (.rights(.exclude), 0)
    default: (.permission(.revoke), 0)
    }
  }
}
