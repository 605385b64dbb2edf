import JSONBytes

/// Who the invented customers are: everything about a life that follows from the seed and its
/// number alone.

/// The years in which a practice history takes place, in milliseconds since 1970.
enum PracticePeriod {
  static let day: Int64 = 86_400_000
  static let minute: Int64 = 60_000
  /// 2024-01-01T00:00:00Z.
  static let start: Int64 = 1_704_067_200_000
  /// 2026-07-01T00:00:00Z, not included.
  static let end: Int64 = start + 912 * day
}

enum PracticeCountry: Int, Sendable {
  case germany, britain, america, unknown

  var code: String? {
    switch self {
    case .germany: "DE"
    case .britain: "GB"
    case .america: "US"
    case .unknown: nil
    }
  }

  /// Where nothing is known, the shop's own country stands in.
  var jurisdiction: String { code ?? "DE" }

  var currency: String {
    switch self {
    case .britain: "GBP"
    case .america: "USD"
    case .germany, .unknown: "EUR"
    }
  }

  /// Hours that the customers' day begins later than one in UTC, roughly.
  var hoursBehind: Int64 { self == .america ? 6 : 0 }
}

/// One invented customer.
struct PracticePersona {
  enum Role {
    /// A life of its own.
    case single
    /// Has a second file, made later: the next life.
    case first
    /// The second file of the life before.
    case double
    /// A sale to nobody known.
    case anonymous
    /// Too young to say yes for herself.
    case minor
  }

  var role = Role.single
  var kind = "person"
  var country = PracticeCountry.germany
  var language: String?
  var hasName = false
  /// Milliseconds since 1970, at the start of the day.
  var birthday: Int64?
  var hasMail = false
  var hasPhone = false
  var hasPost = false
  /// Places in ``PracticeShop/topics`` of what she likes.
  var topics: (Int, Int, Int) = (0, 0, 0)
  /// The life whose addresses these are: her own, or the one before.
  var addressee: UInt32 = 0
  var startsAt: Int64 = 0
  var endsAt: Int64 = 0
  /// How active she is: her share of all events, in thousandths of an ordinary life's.
  var activity = 0
  /// Place in ``PracticeShop/Door`` where she begins.
  var door = PracticeShop.Door.web
}

/// Makes the personas of one history. A persona costs some 20 draws and is made anew whenever it is
/// needed.
struct PracticePeople: Sendable {
  let ids: PracticeIds
  let customers: Int

  /// Every fortieth life has a second file, the life after it.
  func role(of life: UInt32) -> PracticePersona.Role {
    switch life % 40 {
    case 17 where Int(life) + 1 < customers: .first
    case 18: .double
    default:
      switch SplitMix64.mix(ids.bits(of: life, 0x0010)) % 1000 {
      case ..<35: .anonymous
      case ..<50: .minor
      default: .single
      }
    }
  }

  func persona(_ life: UInt32) -> PracticePersona {
    var persona = PracticePersona()
    persona.role = role(of: life)
    persona.addressee = persona.role == .double ? life - 1 : life
    // What a person is, both of her files share; how she behaves is drawn for each.
    var nature = SplitMix64(seed: ids.bits(of: persona.addressee, 0x0011))
    describe(&persona, &nature)
    var habits = SplitMix64(seed: ids.bits(of: life, 0x0012))
    time(&persona, &habits, life)
    persona.activity = activity(&habits)
    persona.door =
      switch habits.below(100) {
      case ..<45: .web
      case ..<60: .app
      case ..<88: .store
      default: .phone
      }
    if persona.role == .anonymous {
      persona.door = .store
      persona.activity = 0
    }
    return persona
  }

  private func describe(_ persona: inout PracticePersona, _ nature: inout SplitMix64) {
    let isPlain = persona.role == .single || persona.role == .minor
    persona.kind =
      switch nature.below(100) {
      case ..<4 where isPlain: "household"
      case ..<8 where isPlain: "organisation"
      default: "person"
      }
    if persona.role == .minor { persona.kind = "person" }
    persona.country =
      switch nature.below(100) {
      case ..<50: .germany
      case ..<70: .britain
      case ..<90: .america
      default: .unknown
      }
    let speaksGerman = persona.country == .germany && nature.chance(85)
    persona.language =
      nature.chance(80) ? speaksGerman ? "de" : persona.country == .america ? "en-US" : "en" : nil
    persona.hasName = nature.chance(70)
    let age = persona.role == .minor ? 10 + nature.below(4) : 19 + nature.below(64)
    let knowsAge = nature.chance(25) && persona.kind == "person" || persona.role == .minor
    let yearsAgo = Int64(age * 365 + nature.below(365))
    persona.birthday = knowsAge ? PracticePeriod.start - yearsAgo * PracticePeriod.day : nil
    persona.hasMail = nature.chance(82) || persona.role == .minor
    persona.hasPhone = nature.chance(58)
    persona.hasPost = nature.chance(22)
    if !persona.hasMail, !persona.hasPhone { persona.hasPhone = true }
    persona.topics = (
      nature.below(PracticeShop.topics.count), nature.below(PracticeShop.topics.count),
      nature.below(PracticeShop.topics.count)
    )
  }

  /// Half the customers come with the opening; some leave before the end.
  private func time(
    _ persona: inout PracticePersona, _ habits: inout SplitMix64, _ life: UInt32
  ) {
    let first = habits.chance(45) ? habits.below(40) : habits.below(780)
    let minute = (7 + persona.country.hoursBehind) * 60 + Int64(habits.below(14 * 60))
    persona.startsAt =
      PracticePeriod.start + Int64(first) * PracticePeriod.day + minute * PracticePeriod.minute
    if persona.role == .double {
      // The second file is the later one, so that the first may be the canonical.
      let first = self.persona(life - 1).startsAt
      let rest = PracticePeriod.end - first
      let later = (rest / 20 + rest / 1000 * Int64(habits.below(300))) / PracticePeriod.day
      persona.startsAt = first + later * PracticePeriod.day + PracticePeriod.minute
    }
    let rest = PracticePeriod.end - persona.startsAt
    persona.endsAt =
      habits.chance(72)
      ? PracticePeriod.end : persona.startsAt + rest / 100 * Int64(10 + habits.below(90))
  }

  /// Few buy much and many little: one life in a hundred is ten times as active as the others.
  private func activity(_ habits: inout SplitMix64) -> Int {
    switch habits.below(1000) {
    case ..<500: 300 + habits.below(400)
    case ..<800: 700 + habits.below(600)
    case ..<950: 1300 + habits.below(1700)
    case ..<990: 3000 + habits.below(5000)
    default: 8000 + habits.below(12000)
    }
  }
}

/// Addresses and numbers that belong to nobody: RFC 2606 for mail, and telephone numbers reserved
/// for fiction.
enum PracticeAddresses {
  /// `c000123@example.com`, and `c000123.2@example.com` for the address that took its place.
  static func mail(_ life: UInt32, generation: Int) -> String {
    var bytes = [UInt8](ascii: "c")
    bytes.appendDecimal(UInt64(life), width: life < 1_000_000 ? 6 : 10)
    if generation > 1 {
      bytes.append(UInt8(ascii: "."))
      bytes.appendDecimal(UInt64(generation))
    }
    bytes += (life % 3 == 0 ? "@example.org" : "@example.com").utf8
    return String(decoding: bytes, as: UTF8.self)
  }

  /// An E.164 number. There are only thousands of them, so that large histories share them, as
  /// households do.
  static func phone(_ life: UInt32, _ country: PracticeCountry) -> String {
    let blocks =
      switch country {
      case .germany, .unknown: germanBlocks
      case .britain: britishBlocks
      case .america: americanBlocks
      }
    let size: UInt32 = country == .america ? 100 : 1000
    let place = life % (size * UInt32(blocks.count))
    // Neighbours in number get different towns.
    var bytes = Array(blocks[Int(place) % blocks.count].utf8)
    bytes.appendDecimal(UInt64(place / UInt32(blocks.count)), width: size == 100 ? 2 : 3)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether the number can take text messages.
  static func isMobile(_ phone: String) -> Bool {
    phone.hasPrefix("+447700900") || phone.hasPrefix("+1")
  }

  static func timeZone(_ life: UInt32, _ country: PracticeCountry) -> String {
    switch country {
    case .germany, .unknown: "Europe/Berlin"
    case .britain: "Europe/London"
    case .america: americanZones[Int(life) % americanBlocks.count]
    }
  }

  static func post(_ life: UInt32, _ country: PracticeCountry) -> String {
    let house = String(life % 97 + 1)
    let place = Int(life / 97) % 8
    return switch country {
    case .germany, .unknown: "Musterweg \(house), 00\(place)00 Musterstadt"
    case .britain: "\(house) Example Lane, Sampleton ZZ\(place + 1) 1ZZ"
    case .america: "\(house) Example Street, Anytown 0000\(place)"
    }
  }

  /// Numbers of the German regulator for film and television.
  private static let germanBlocks = [
    "+493023125", "+496990009", "+494066969", "+492214710", "+498999998",
  ]
  /// Numbers of the British regulator for drama; the first are mobile ones.
  private static let britishBlocks = [
    "+447700900", "+442079460", "+441134960", "+441214960", "+441314960", "+441414960",
    "+441614960", "+441632960", "+443069990",
  ]
  /// 555-01xx of the North American plan.
  private static let americanBlocks = [
    "+120255501", "+121255501", "+161755501", "+131255501", "+151255501", "+171355501",
    "+130355501", "+160255501", "+120655501", "+141555501", "+150355501", "+161955501",
  ]
  private static let americanZones = [
    "America/New_York", "America/New_York", "America/New_York", "America/Chicago",
    "America/Chicago", "America/Chicago", "America/Denver", "America/Denver",
    "America/Los_Angeles", "America/Los_Angeles", "America/Los_Angeles", "America/Los_Angeles",
  ]
}

extension [UInt8] {
  fileprivate init(ascii text: String) { self = Array(text.utf8) }
}
