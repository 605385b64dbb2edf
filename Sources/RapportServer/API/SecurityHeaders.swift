// Headers that every answer carries: what a browser may do with it, and that nobody keeps it.

enum SecurityHeaders {
  /// What an answer is.
  enum Kind: CaseIterable, Sendable {
    case api, page, asset, stream
  }

  private static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

  /// Names in lower case. An asset's name changes with what it holds, so that it may be kept for ever.
  static func fields(of kind: Kind, underTLS: Bool) -> [(name: String, value: String)] {
    var fields = [
      (name: "x-content-type-options", value: "nosniff"),
      (name: "referrer-policy", value: "no-referrer"),
      (name: "cross-origin-resource-policy", value: "same-origin"),
      (
        name: "cache-control",
        value: kind == .asset ? "public, max-age=31536000, immutable" : "no-store"
      ),
    ]
    if kind == .page {
      fields += [
        (name: "content-security-policy", value: policy),
        (name: "cross-origin-opener-policy", value: "same-origin"),
        (
          name: "permissions-policy",
          value: "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        ),
      ]
    }
    if underTLS {
      fields.append(
        (name: "strict-transport-security", value: "max-age=31536000; includeSubDomains"))
    }
    return fields
  }
}
