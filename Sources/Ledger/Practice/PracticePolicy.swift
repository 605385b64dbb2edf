/// The permission policy under which practice lives: the defaults, as canonical
/// JSON.
///
/// A practice ledger has it as its first event, so that decisions of the history name a policy that
/// is there.
enum PracticePolicy {
  /// SHA-256 of ``json``.
  static let contentHash =
    "sha256:7526d648ad3f380b6a6a7a4c76754e5c0efeb4df401b381537454d33383f3f03"

  static let json = """
    {"basis":{"EU":{"email":"optIn","inapp":"optIn","inperson":"optOut","none":"optIn",\
    "post":"optOut","push":"optIn","sms":"optIn","voice":"optIn","whatsapp":"optIn"},\
    "UK":{"email":"optIn","inapp":"optIn","inperson":"optOut","none":"optIn","post":"optOut",\
    "push":"optIn","sms":"optIn","voice":"optOut","voice.recorded":"optIn",\
    "whatsapp":"optIn"},"US":{"email":"optOut","inapp":"optIn","inperson":"optOut",\
    "none":"optOut","post":"optOut","push":"optIn","sms":"signedConsent","voice":"optOut",\
    "voice.recorded":"signedConsent","whatsapp":"optIn"}},"channelOrder":["email","sms",\
    "push","inapp","whatsapp","post","voice"],"companyCap":{"count":8,"period":"P7D"},\
    "complaintHold":true,"coolOff":"P12M","defaultRegime":"EU",\
    "lists":{"UK":[{"channel":"voice","list":"uk-tps","maxAge":"P31D",\
    "overriddenBy":["signedConsent"]}],"US":[{"channel":"voice","list":"us-dnc",\
    "maxAge":"P31D","overriddenBy":["signedConsent","relationship"]}]},"minorAge":{"EU":16,\
    "UK":13,"US":13},"policyVersion":"practice-1","quietHours":{"from":"08:00",\
    "requestedWithin":"PT10M","to":"21:00"},"regimeByCountry":{"DE":"EU","GB":"UK","US":"US"},\
    "relationshipOverride":{"inquiry":"P3M","order":"P18M"},"relationshipWindow":"P24M",\
    "similarTopics":[],"softOptIn":{"EU":["email","sms"],"UK":["email","sms"],"US":[]},\
    "stopScope":{"purpose":"marketing","topic":"*"},"tokenLifetime":"PT15M",\
    "zonesByCountry":{"DE":["Europe/Berlin"],"GB":["Europe/London"],"US":["America/New_York",\
    "America/Chicago","America/Denver","America/Los_Angeles","America/Anchorage",\
    "Pacific/Honolulu"]}}
    """
}
