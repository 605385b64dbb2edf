// Addresses and numbers as a clerk writes them come to the form in which they are stored.

import EventCatalog
import Testing

@Suite struct ContactValuesTests {
  @Test(arguments: [
    ("+49 30 2312 5001", nil, "+493023125001"), ("030/23125001", "DE", "+493023125001"),
    ("(030) 2312-5001", "de", "+493023125001"), ("0049 30 23125001", nil, "+493023125001"),
    ("020 7946 0001", "GB", "+442079460001"), ("(202) 555-0101", "US", "+12025550101"),
    ("1-202-555-0101", "US", "+12025550101"), ("011 44 20 7946 0001", "US", "+442079460001"),
    ("06 1234 5678", "IT", "+390612345678"), ("06 1 234 5678", "HU", "+3612345678"),
    ("+44 20 7946 0001", "DE", "+442079460001"),
  ])
  func aNumberIsOneHoweverItIsWritten(
    _ written: String, _ country: String?, _ stored: String
  ) throws {
    #expect(try ContactValues.phone(written, country: country) == stored)
  }

  @Test func whoseNumberItIsIsNeverGuessed() {
    #expect(throws: PhoneFault.needsCountry) {
      try ContactValues.phone("030 23125001", country: nil)
    }
    #expect(throws: PhoneFault.unknownCountry) {
      try ContactValues.phone("030 23125001", country: "ZZ")
    }
    for text in ["", "+", "+49 30", "call me", "+49 30 2312500123456", "+030 23125001"] {
      #expect(throws: PhoneFault.self, "\(text)") {
        try ContactValues.phone(text, country: "DE")
      }
    }
    for fault in [PhoneFault.needsCountry, .unknownCountry, .notANumber] {
      #expect(!fault.sentence.contains("23125001"))
    }
  }

  /// An accent of its own makes no other address, nor does one that a capital letter has only so.
  @Test(arguments: [
    ("Ren\u{C9}@example.test", "ren\u{E9}@example.test"),
    ("RENE\u{301}@example.test", "ren\u{E9}@example.test"),
    ("J\u{30C}@example.test", "\u{1F0}@example.test"), ("\u{212A}@example.test", "k@example.test"),
  ]) func anAddressHasOneSpelling(_ written: String, _ stored: String) throws {
    let found = try #require(ContactValues.email(written))
    #expect(found.unicodeScalars.elementsEqual(stored.unicodeScalars))
  }

  @Test func anAddressIsLowerCaseAndKeepsItsDotsAndTags() {
    #expect(
      ContactValues.email("  Ann.Lee+shop@Example.TEST ") == "ann.lee+shop@example.test")
    for text in ["ann", "@example.test", "ann@", "a b@example.test", "ann@münchen.test"] {
      #expect(ContactValues.email(text) == nil, "\(text)")
    }
  }
}
