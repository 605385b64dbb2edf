// Words that stand in texts by their number alone.

/// Paths, channels, zones and periods that many customers name. Each is made once.
enum CommonNames {
  /// The first thirty by one digit. Their places are part of the text.
  static let words = [
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

  static let count = words.count
  /// Of each as a path.
  static let paths = words.map { PathScope($0) }
  /// Of each as a duration; nil where it is none.
  static let periods = words.map { CalendarPeriod($0) }
  /// Of each its place.
  static let places = Dictionary(
    uniqueKeysWithValues: words.enumerated().map { (ByteText($1), $0) })
}
