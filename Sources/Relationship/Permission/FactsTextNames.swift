// The words that facts share: paths, channels, sources, countries. Each is made once, however many facts have it.

/// Words that were met, with what is made of them, found by their bytes.
///
/// It starts with the words that stand in texts by their number alone. Others are added as they are met, and forgotten
/// when there are too many: a source may name something of its own in every event.
struct NameTable: Sendable {
  private(set) var texts: [String] = []
  /// Of each as a path.
  private(set) var paths: [PathScope] = []
  /// Of each as a duration; nil where it is none.
  private(set) var periods: [CalendarPeriod?] = []
  private var bytes: [UInt8] = []
  /// Where the bytes of each end.
  private var ends: [Int] = []
  private var hashes: [UInt64] = []
  /// Places by hash, open addressing: a power of two of them, at most half full; -1 is none.
  private var slots: [Int32] = Array(repeating: -1, count: 1_024)

  /// Beyond so many, all but ``common`` are forgotten.
  static let countMax = 32_768

  init() { self = Self.start }

  private static let start = NameTable(common)

  private init(_ words: [String]) {
    for word in words { _ = place(of: Array(word.utf8), 0..<word.utf8.count) }
    precondition(texts.count == words.count, "no common word stands there twice")
  }

  /// Forgets what was met where it has become too much. Places from ``common`` stay what they are.
  mutating func forgetIfFull() {
    if texts.count > Self.countMax { self = NameTable() }
  }

  /// The place of the word in `range`; it is added where it is new.
  mutating func place(of source: [UInt8], _ range: Range<Int>) -> Int {
    // FNV-1a, 64 bits.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in range { hash = (hash ^ UInt64(source[index])) &* 0x100_0000_01b3 }
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash >> 20) & mask
    while true {
      let found = Int(slots[slot])
      if found < 0 { break }
      if hashes[found] == hash, isEqual(found, source, range) { return found }
      slot = (slot + 1) & mask
    }
    return add(source, range, hash, slot)
  }

  private func isEqual(_ place: Int, _ source: [UInt8], _ range: Range<Int>) -> Bool {
    let start = place == 0 ? 0 : ends[place - 1]
    guard ends[place] - start == range.count else { return false }
    for index in 0..<range.count
    where bytes[start + index] != source[range.lowerBound + index] { return false }
    return true
  }

  private mutating func add(
    _ source: [UInt8], _ range: Range<Int>, _ hash: UInt64, _ slot: Int
  ) -> Int {
    let place = texts.count
    let text = String(decoding: source[range], as: UTF8.self)
    texts.append(text)
    paths.append(PathScope(text))
    periods.append(CalendarPeriod(text))
    bytes += source[range]
    ends.append(bytes.count)
    hashes.append(hash)
    slots[slot] = Int32(place)
    if 2 * texts.count > slots.count { grow() }
    return place
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: 2 * slots.count)
    let mask = slots.count - 1
    for (place, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash >> 20) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(place)
    }
  }

  /// Words that stand in a text by their number; the first thirty by one digit. Their places are part of the text.
  static let common = [
    "*", "marketing", "email", "general", "sms", "voice", "post", "phone", "push", "inapp",
    "whatsapp", "inperson", "none", "service", "service.receipt", "service.delivery",
    "service.reply", "service.promise", "relationship.survey", "marketing.newsletter",
    "marketing.profiled", "sharing.advertising", "P24M", "postal", "Europe/Berlin", "products",
    "news", "us-dnc", "uk-tps", "sales",
    // By two digits.
    "device", "handle", "voice.live", "voice.recorded", "inapp.web", "post.fax", "none.referral",
    "relationship", "relationship.renewal", "sharing", "service.security", "service.complaint",
    "safety.recall", "product", "pricing", "P12M", "P1M", "P7D", "P30D", "P1D", "P36M", "PT15M",
    "Europe/London", "America/New_York", "America/Chicago", "America/Denver",
    "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu",
  ]

  /// How many words have numbers of their own.
  static let commonCount = common.count
}
