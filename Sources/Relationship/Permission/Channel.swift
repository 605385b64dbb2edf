// Channels: paths whose first segment is one of a few words.

/// Questions about channels. `voice.live` and `voice.recorded` lie below `voice`.
package enum Channel {
  /// The first segments that there are.
  package static let names = [
    "email", "sms", "voice", "post", "push", "inapp", "whatsapp", "inperson", "none",
  ]

  /// Whether the path begins with one of ``names``.
  package static func isChannel(_ path: String) -> Bool { names.contains(root(of: path)) }

  /// The first segment.
  static func root(of path: String) -> String { String(path.prefix { $0 != "." }) }

  /// Whether a message by this channel goes to an address. In person there is none, nor where there is no contact.
  static func hasAddress(_ path: String) -> Bool { !["inperson", "none"].contains(root(of: path)) }

  /// Whether quiet hours hold for it.
  static func rings(_ path: String) -> Bool { ["voice", "sms"].contains(root(of: path)) }
}
