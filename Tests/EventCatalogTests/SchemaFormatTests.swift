/// Each `x-format` on texts that have it and texts that do not.
import EventCatalog
import JSONBytes
import RapportTesting
import Testing

@Suite struct SchemaFormatTests {
  static let long64 = String(repeating: "a", count: 64)

  static let texts: [(SchemaFormat, fits: [String], not: [String])] = [
    (
      .id, ["a", "O-2026.1_x", "0", long64],
      ["", long64 + "a", "a b", "a/b", "ä", "a@b", "a:b", "a+b"]
    ),
    (
      .path,
      [
        "a", "marketing.newsletter", "gdpr.6-1-a", "a.b.c.d.e.f.g.h", "-",
        String(repeating: "a", count: 128),
      ],
      [
        "", ".", "a.", ".a", "a..b", "a.b.c.d.e.f.g.h.i", "a_b", "*", "a.*", "ä",
        String(repeating: "a", count: 129),
      ]
    ),
    (.scope, ["*", "a", "a.b"], ["", "**", "a.*", "*.a", "a."]),
    (
      .channel,
      [
        "email", "sms", "voice", "post", "push", "inapp", "whatsapp", "inperson", "none",
        "voice.live",
        "inapp.web", "post.fax", "none.referral", "email.a.b",
      ],
      [
        "", "*", "fax", "web", "emails", "e-mail", "email.", "Email", "voicelive", "pos", "posts",
        "in",
      ]
    ),
    (.channelScope, ["*", "email", "voice.recorded"], ["", "web", "**", "email.*"]),
    (.pointScope, ["*", "none", "cp1", long64], ["", "a b", "**", long64 + "a"]),
    (
      .instant,
      [
        "2026-03-01T08:59:58Z", "2026-03-01T08:59:58.1Z", "1900-01-01T00:00:00.000000Z",
        "2199-12-31T23:59:59.999999Z", "2024-02-29T00:00:00Z",
      ],
      [
        "", "2026-03-01", "2026-03-01T08:59:58", "2026-03-01T08:59:58+00:00",
        "2026-03-01t08:59:58Z",
        "2026-03-01T08:59:58z", "2026-03-01T08:59:60Z", "2026-03-01T24:00:00Z",
        "2026-02-29T00:00:00Z",
        "1899-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "2026-03-01T08:59:58.1234567Z",
        "2026-03-01T08:59:58.Z", "2026-03-01 08:59:58Z", "2026-3-1T08:59:58Z",
      ]
    ),
    (
      .date, ["2026-03-01", "1899-12-31", "2024-02-29", "2000-02-29"],
      [
        "", "2026-3-1", "2026-02-29", "1900-02-29", "2026-00-01", "2026-13-01", "2026-01-00",
        "20260301", "2026-03-01Z",
      ]
    ),
    (
      .localTime, ["00:00", "09:30", "23:59", "24:00"],
      ["", "24:01", "25:00", "9:30", "09:60", "09:3", "09:30:00", "0930", "-1:00", "09-30"]
    ),
    (
      .duration,
      ["P24M", "P7D", "PT15M", "P1Y2M3DT4H5M6S", "P2W", "PT0S", "P0D", "P1YT1S", "P999999999D"],
      [
        "", "P", "PT", "P1", "1D", "P1DT", "-P1D", "P1.5D", "PT1.5S", "P1D1M", "PT1M1H", "P1W1D",
        "P1Y1W",
        "PT1D", "P1H", "P1DT1DT1H", "P1000000000D", "P1D ", "p1d", "P1D1D",
      ]
    ),
    (
      .language,
      ["en", "de-AT", "zh-Hant-TW", "sr-Latn-RS-x-private", "x-klingon", "i-navajo", "mas"],
      [
        "", "e", "x", "i", "en-", "-en", "en_GB", "english-speaking1", "en--GB", "e1",
        "en-123456789", "en GB",
      ]
    ),
    (.country, ["DE", "US"], ["", "D", "de", "DEU", "D1", "De"]),
    (
      .timeZone,
      [
        "Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC", "Etc/GMT+1",
        "America/Port-au-Prince", "EST5EDT",
      ],
      [
        "", "UT", "Europe/", "/Berlin", "Europe//Berlin", "+01:00", "Europe Berlin", "a/b/c/d",
        "1/2", "Europe/1",
      ]
    ),
    (.currency, ["EUR", "USD"], ["", "EU", "eur", "EURO", "E1R"]),
    (
      .decimal,
      ["0", "-12.50", "19.90", "007", "0.000000000001", "123456789012345678901234567890", "-0"],
      [
        "", "-", "+1", "1.", ".5", "1e3", "1,5", "0.0000000000001",
        "1234567890123456789012345678901", " 1",
        "1 ", "--1", "1.2.3", "٣",
      ]
    ),
    (
      .hash,
      [
        "sha256:" + String(repeating: "0a", count: 32),
        "hmac-sha256:" + String(repeating: "f", count: 64),
      ],
      [
        "", "sha256:", "sha256:" + String(repeating: "A", count: 64),
        String(repeating: "a", count: 64),
        "sha256:" + String(repeating: "a", count: 63),
        "sha256:" + String(repeating: "a", count: 65),
        "sha512:" + String(repeating: "a", count: 64),
        "sha256:" + String(repeating: "g", count: 64),
      ]
    ),
    (
      .subject,
      [
        "c0ffee00-0000-4000-8000-000000000001", "4930123456789", "a b", "+123456", "+1234567a",
        "\u{E4}", "x\u{301}",
      ],
      [
        "", "ada@example.com", "@", "+1234567", "+4930123456", "+49 (30) 123-4567",
        "+49.30/1234567",
        String(repeating: "a", count: 129), "a\u{308}", "\u{212B}",
      ]
    ),
    (
      .eventId,
      [
        "8efdeb9f-798d-4dbd-9465-b25f54679f6f", "orders.csv:17#2",
        String(repeating: "a", count: 256), "Z\u{FC}rich.csv:1",
      ],
      ["", String(repeating: "a", count: 257), "Zu\u{308}rich.csv:1"]
    ),
  ]

  @Test func everyFormatTakesWhatHasItAndNothingElse() throws {
    #expect(Self.texts.map(\.0) == SchemaFormat.allCases)
    for (format, fits, not) in Self.texts {
      let schema = try schema(#"{"type": "string", "x-format": "\#(format.rawValue)"}"#)
      for (texts, expected) in [(fits, true), (not, false)] {
        for text in texts {
          var quoted: [UInt8] = []
          JSONText.appendQuoted(text.utf8, to: &quoted)
          let plain = try JSONDocument(scanning: quoted).root
          #expect(schema.accepts(plain) == expected, "\(format): \(text)")
          // The same text in escapes.
          let escaped = text.utf16.map { unit in
            let hex = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
          }
          let other = try json("\"\(escaped.joined())\"")
          #expect(schema.accepts(other) == expected, "\(format), escaped: \(text)")
        }
      }
    }
  }

  @Test func controlCharactersAreInNoReference() throws {
    for format in ["subject", "eventId"] {
      let schema = try schema(#"{"type": "string", "x-format": "\#(format)"}"#)
      for bad in [
        #"a\u0000"#, #"a\u007f"#, #"a\u0085"#, #"a\ufdd0"#, #"a\uffff"#, #"a\ud83f\udffe"#,
      ] {
        #expect(!schema.accepts(try json("\"\(bad)\"")), "\(format): \(bad)")
      }
      #expect(schema.accepts(try json(#""a\u00a0\ufffd\ud83f\udffd""#)))
    }
  }

  @Test func decimalIsWhatExactDecimalReads() throws {
    let schema = try schema(#"{"type": "string", "x-format": "decimal"}"#)
    let seed = SeededGenerator.seedOfThisRun
    var numbers = SeededGenerator(seed: seed)
    for _ in 0..<20_000 {
      let text = (0..<numbers.below(36)).map { _ in String(numbers.pick(Array("00123456789.-"))) }
        .joined()
      #expect(
        schema.accepts(try json("\"\(text)\"")) == (ExactDecimal(text) != nil),
        "seed \(seed): \(text)")
    }
  }
}
