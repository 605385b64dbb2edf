// What statements are bound to: addresses that move, are shared, are written in another way, or are nobody's.

import JSONBytes
import RapportTesting
import Relationship
import Testing

@Suite struct PermissionAddressTests {
  private static let yes =
    "e1 d1 consent.given {purpose: marketing, topic: *, channel: email, contactPoint: a}"
  /// A second address, for which nothing was said.
  private static let second =
    "c2 d0 contactpoint.added {contactPointId: b, channels: [email], value: b@example.test}"

  private func ask(_ question: String, _ lines: String...) throws -> String {
    var asking = Asking("EU", Self.yes)
    asking.history += lines
    return try asking.ask(question)
  }

  // MARK: One id, several addresses

  @Test func aYesIsForTheAddressThatTheIdHadThen() throws {
    let moved =
      "c3 d10 contactpoint.added {contactPointId: a, channels: [email], value: new@example.test}"
    #expect(try ask("at: d9", moved) == "G6.consent e1")
    #expect(try ask("", moved) == "G6.notCovered P0", "she said yes for another address")
    let back =
      "c4 d20 contactpoint.added {contactPointId: k, channels: [email], value: a@example.test}"
    #expect(try ask("contactPoint: k", moved, back) == "G6.consent e1", "the address of then")
    #expect(try ask("", moved + " by import") == "G6.consent e1", "an import moves nothing")
  }

  @Test func aNoIsForEveryAddressThatTheIdEverHad() throws {
    let no =
      "f1 d5 consent.withdrawn {purpose: marketing, topic: *, channel: email, contactPoint: a}"
    let moved =
      "c3 d10 contactpoint.added {contactPointId: a, channels: [email], value: new@example.test}"
    let other =
      "e2 d4 consent.given {purpose: marketing, topic: *, channel: email, contactPoint: n}"
    let known =
      "c4 d3 contactpoint.added {contactPointId: n, channels: [email], value: new@example.test}"
    #expect(try ask("contactPoint: n", known, other, no) == "G6.consent e2")
    #expect(try ask("contactPoint: n", known, other, no, moved) == "G5.withdrawn f1")
    let bounced = "x1 d12 contactpoint.invalidated {contactPointId: a, reason: hardBounce}"
    let old =
      "c5 d1 contactpoint.added {contactPointId: o, channels: [email], value: a@example.test}"
    #expect(try ask("contactPoint: o", old, moved, bounced) == "G1.contactPointInvalid x1")
    #expect(try ask("", moved, bounced) == "G1.contactPointInvalid x1")
    let match = "m1 d91 registry.matched {list: us-dnc, contactPointId: p, snapshotEventId: S0}"
    let phone =
      "c6 d92 contactpoint.added {contactPointId: p, channels: [voice], value: +12025550199}"
    #expect(try Asking("US", match, phone).ask("channel: voice") == "G4.listed m1")
  }

  @Test func anIdMovesNoAddressOfAnotherCustomer() throws {
    let yes =
      "e1 d1 A: consent.given {purpose: marketing, topic: *, channel: email, contactPoint: a}"
    let no =
      "f1 d2 A: consent.withdrawn {purpose: marketing, topic: *, channel: email, contactPoint: k}"
    let added =
      "c1 d1 A: contactpoint.added {contactPointId: k, channels: [email], value: k@example.test}"
    // B has a contact point of the same name, which is the address that A said yes for.
    let other =
      "c2 d3 B: contactpoint.added {contactPointId: k, channels: [email], value: a@example.test}"
    let merged = "m1 d4 A: profile.merged {canonical: A, absorbed: B, assurance: verified}"
    #expect(try Asking("AB", yes, added, no, other, merged).ask("") == "G6.consent e1")
    // Asked by a name that means two addresses, the answer is that of the worse one.
    #expect(
      try Asking("AB", yes, added, no, other, merged).ask("contactPoint: k") == "G5.withdrawn f1")
  }

  // MARK: Whose contact point

  @Test func anOptOutBindsTheAddressUnderWhateverSubjectItIsRecorded() throws {
    let no =
      "o1 d5 D: optout.recorded {purpose: marketing, topic: *, channel: email, contactPoint: a}"
    #expect(try ask("", no) == "G5.optOut o1", "recorded at D, about the contact point of C")
    let answer = try Asking("EU", Self.yes, no).answer("")
    #expect(answer.decision.decidingEvent.isElsewhere)
    let same =
      "c1 d1 F: contactpoint.added {contactPointId: f, channels: [email], value: a@example.test}"
    let about = no.replacingFirst("contactPoint: a", "contactPoint: f")
    #expect(try ask("", about) == "G6.consent e1", "nobody has it")
    #expect(try ask("", same, about) == "G5.optOut o1", "the address of F, which is that of C")
    // Her own word about somebody else's contact point of the same address.
    let own = about.replacingFirst(" D:", "")
    #expect(try ask("", same, own) == "G5.optOut o1")
    #expect(try !Asking("EU", Self.yes, same, own).answer("").decision.decidingEvent.isElsewhere)
  }

  @Test func anEqualNameIsNoEqualAddress() throws {
    // D means the contact point called `a` that D has.
    let other =
      "c1 d1 D: contactpoint.added {contactPointId: a, channels: [email], value: d@example.test}"
    let no =
      "o1 d5 D: optout.recorded {purpose: marketing, topic: *, channel: email, contactPoint: a}"
    #expect(try ask("", other, no) == "G6.consent e1")
    let same =
      "c2 d1 D: contactpoint.added {contactPointId: d, channels: [email], value: a@example.test}"
    #expect(try ask("", other, same, no) == "G6.consent e1", "not by another name of the address")
    #expect(
      try ask("", other, same, no.replacingFirst("contactPoint: a", "contactPoint: d"))
        == "G5.optOut o1")
  }

  @Test func anOptOutOutlivesTheErasureOfItsContactPoint() throws {
    let point =
      "c1 d1 D: contactpoint.added {contactPointId: d, channels: [email], value: a@example.test}"
    let no =
      "o1 d5 F: optout.recorded {purpose: marketing, topic: *, channel: email, contactPoint: d}"
    let again =
      "e2 d9 consent.given {purpose: marketing, topic: *, channel: email, contactPoint: a}"
    let narrow = no.replacingFirst("topic: *", "topic: news")
    let erased = "x1 d6 D: data.erased {suppressed: [d]}"
    #expect(try ask("topic: news", point, narrow, again) == "G5.optOut o1")
    #expect(try ask("topic: news", point, narrow, erased, again) == "G5.optOut o1")
    #expect(try ask("", point, narrow, erased, again) == "G6.consent e2")
    // What is asked as of before the erasure finds it too, although the value is gone.
    let asking = Asking("EU", Self.yes, point, narrow, erased)
    let before = KnownAt.recorded(NotationTime.day(5))
    #expect(try asking.ask("topic: news, at: d5", knownAt: before) == "G5.optOut o1")
  }

  @Test func aNoToAContactPointThatNobodyKnowsIsAboutThePerson() throws {
    let no =
      "f1 d5 consent.withdrawn {purpose: marketing, topic: *, channel: email, contactPoint: zz}"
    #expect(try ask("", no) == "G5.withdrawn f1")
    #expect(
      try ask("", no.replacingFirst("consent.withdrawn", "optout.recorded")) == "G5.optOut f1")
    let order =
      "o1 d5 order.completed {topics: [products], contactPointId: zz, softOptIn: {offered: true, refused: true}}"
    #expect(try ask("", order) == "G5.softOptInRefused o1")
    let known =
      "c1 d6 contactpoint.added {contactPointId: zz, channels: [email], value: z@example.test}"
    #expect(try ask("", no, known) == "G6.consent e1", "she gave it, so that is the one she meant")
    #expect(try ask("", no, known + " by import") == "G5.withdrawn f1", "an import narrows nothing")
    let others = known.replacingFirst("d6", "d1 D:")
    #expect(try ask("", no, others) == "G6.consent e1", "somebody else's")
  }

  @Test func aYesForAContactPointThatAnImportBringsLaterIsNone() throws {
    let yes = "e2 d1 consent.given {purpose: marketing, topic: *, channel: email, contactPoint: zz}"
    let point =
      "c1 d0 contactpoint.added {contactPointId: zz, channels: [email], value: z@example.test}"
    #expect(try Asking("EU", yes, point).ask("contactPoint: zz") == "G6.consent e2")
    #expect(
      try Asking("EU", yes, point + " by import recorded d9").ask("contactPoint: zz")
        == "G6.notCovered P0")
  }

  /// An import brings contact points of days long past; what was said then was not of these.
  @Test func whatAnImportBringsLaterIsNotWhatWasMeant() throws {
    let added =
      "c1 d5 contactpoint.added {contactPointId: zz, channels: [email], value: z@example.test}"
    let brought = added.replacingFirst("c1 d5", "c2 d0") + " by import recorded "
    let order =
      "o1 d2 order.completed {topics: [products.shoes], contactPointId: zz, softOptIn: {offered: true, refused: false}}"
    let question = "topic: products.shoes, contactPoint: zz"
    #expect(try Asking("EU", order, added).ask(question) == "G6.noBasis P0")
    #expect(try Asking("EU", order, added, brought + "d9").ask(question) == "G6.noBasis P0")
    #expect(try Asking("EU", order, added, brought + "d1").ask(question) == "G6.softOptIn o1")

    let moved =
      "c3 d10 contactpoint.added {contactPointId: c, channels: [email], value: c@example.test, replaces: zz}"
    let old =
      "c4 d0 contactpoint.added {contactPointId: zz, channels: [email], value: a@example.test} by import recorded "
    #expect(try ask("contactPoint: c", moved) == "G6.notCovered P0")
    #expect(try ask("contactPoint: c", moved, old + "d20") == "G6.notCovered P0")
    #expect(try ask("contactPoint: c", moved, old + "d1") == "G6.consent e1")
  }

  // MARK: Moving

  private static let replaced =
    "c3 d10 contactpoint.added {contactPointId: c, channels: [email], value: c@example.test, replaces: a}"

  @Test func whatWasTakenAlongLiftsNoMoreThanItDid() throws {
    let no =
      "f1 d0 consent.withdrawn {purpose: marketing, topic: *, channel: email, contactPoint: c}"
    let before =
      "c2 d0 contactpoint.added {contactPointId: c, channels: [email], value: c@example.test}"
    #expect(try ask("contactPoint: c", Self.replaced) == "G6.consent e1")
    #expect(
      try ask("contactPoint: c", before, no, Self.replaced) == "G5.withdrawn f1",
      "a yes for the old address lifts no no to the new one")
    let person = no.replacingFirst("contactPoint: c", "contactPoint: *")
    #expect(try ask("contactPoint: c", Self.replaced, person) == "G6.consent e1")
    let old = no.replacingFirst("contactPoint: c", "contactPoint: a")
    #expect(try ask("contactPoint: c", Self.replaced, old) == "G6.consent e1")
  }

  @Test func whatWasSignedForAnOldNumberOverridesNoListOfTheNew() throws {
    let signed =
      "e2 d95 consent.given {purpose: marketing, topic: *, channel: voice, contactPoint: p, method: paperSigned}"
    let number =
      "c3 d96 contactpoint.added {contactPointId: n, channels: [voice], value: +12025550199, timeZones: [America/New_York], replaces: p}"
    let match = "m1 d91 registry.matched {list: us-dnc, contactPointId: n, snapshotEventId: S0}"
    let known =
      "c2 d90 contactpoint.added {contactPointId: n, channels: [voice], value: +12025550199, timeZones: [America/New_York]}"
    let ask = "channel: voice, contactPoint: n"
    #expect(try Asking("US", signed, number).ask(ask) == "G6.consent e2")
    #expect(try Asking("US", known, match, signed, number).ask(ask) == "G4.listed m1")
  }

  @Test func aYesComesAlongStepByStepAndANoByAnyStep() throws {
    let late =
      "c4 d20 contactpoint.added {contactPointId: k, channels: [email], value: k@example.test, replaces: c}"
    #expect(try ask("contactPoint: k", Self.replaced, late) == "G6.consent e1")
    let no =
      "f1 d5 consent.withdrawn {purpose: marketing, topic: news, channel: email, contactPoint: a}"
    #expect(try ask("contactPoint: k, topic: news", Self.replaced, late, no) == "G5.withdrawn f1")
    // c was left before she came to it from a.
    let early =
      "c4 d8 contactpoint.added {contactPointId: k, channels: [email], value: k@example.test, replaces: c}"
    let first =
      "c2 d7 contactpoint.added {contactPointId: c, channels: [email], value: c@example.test}"
    #expect(try ask("contactPoint: k", first, early, Self.replaced) == "G6.notCovered P0")
    #expect(
      try ask("contactPoint: k, topic: news", first, early, Self.replaced, no) == "G5.withdrawn f1")
  }

  @Test func ofSeveralReplacementsOfOnePairTheLastLeavesRoomForAYes() throws {
    let again =
      "c5 d30 contactpoint.added {contactPointId: c, channels: [email], value: c@example.test, replaces: a}"
    let yes =
      "e2 d20 consent.given {purpose: marketing, topic: news, channel: email, contactPoint: a}"
    let ask = "contactPoint: c, topic: news, at: d40"
    let no =
      "f1 d15 consent.withdrawn {purpose: marketing, topic: news, channel: email, contactPoint: a}"
    #expect(try self.ask(ask, Self.replaced, no, yes) == "G5.withdrawn f1", "given after she left")
    #expect(try self.ask(ask, Self.replaced, no, yes, again) == "G6.consent e2")
    #expect(
      try self.ask("contactPoint: c, topic: news, at: d29", Self.replaced, no, yes, again)
        == "G5.withdrawn f1")
  }

  // MARK: How an address is written

  @Test func anAddressIsOneHoweverItIsWritten() throws {
    let loud =
      "c2 d2 contactpoint.added {contactPointId: l, channels: [email], value: A@Example.TEST}"
    #expect(try ask("contactPoint: l", loud) == "G6.consent e1")
    let call = "e2 d1 consent.given {purpose: marketing, topic: *, channel: voice, contactPoint: p}"
    let number =
      "c3 d2 contactpoint.added {contactPointId: n, channels: [voice], value: +49 (30) 23.12-5001, timeZones: [Europe/Berlin]}"
    #expect(try ask("channel: voice, contactPoint: n", call, number) == "G6.consent e2")
    let gone = "x1 d3 D: data.erased {suppressed: [d]}"
    let other =
      "c4 d2 D: contactpoint.added {contactPointId: d, channels: [email], value: A@EXAMPLE.TEST}"
    #expect(
      try Asking("EU", other, gone).ask("") == "G1.suppressed x1", "the hash is of the normal form")
  }

  @Test(arguments: [
    (" A@B.Test ", "email", "a@b.test"), ("\u{C4}@b.test", "email", "\u{C4}@b.test"),
    ("+49 (30) 23-12.50", "phone", "+4930231250"), ("030/23", "phone", "030/23"),
    ("  1  Example\tStreet ", "postal", "1 Example Street"), ("- -", "phone", "- -"),
    ("hmac-sha256:0a", "phone", "hmac-sha256:0a"), ("Ann Bee", "handle", "Ann Bee"),
    // An accent of its own, and characters that are another one: the sign for kelvin is a K.
    ("Ren\u{E9}@b.test", "email", "ren\u{E9}@b.test"),
    ("Rene\u{301}@b.test", "email", "ren\u{E9}@b.test"),
    ("\u{212A}@b.test", "email", "k@b.test"), ("\u{1F0}@b.test", "email", "\u{1F0}@b.test"),
    ("J\u{30C}@b.test", "email", "\u{1F0}@b.test"), ("Zu\u{308}rich 1", "postal", "Z\u{FC}rich 1"),
    ("hmac-\u{301}", "handle", "hmac-\u{301}"),
  ]) func normalForms(_ value: String, _ kind: String, _ expected: String) {
    let form = AddressForm.normal(value, kind: kind)
    #expect(form.unicodeScalars.elementsEqual(expected.unicodeScalars))
    #expect(AddressForm.normal(form, kind: kind).utf8.elementsEqual(form.utf8))
  }

  /// Who brought an event in shows in the bytes of its actor: a mark behind the colon makes another character of it, and
  /// no other actor.
  @Test(arguments: [
    ("import:b1", "/till", true), ("import:\u{301}b1", "/till", true),
    ("import\u{301}:b1", "/till", false),
    ("clerk", "/import/\u{301}csv", true), ("clerk", "/imports", false), ("clerk", "/till", false),
  ]) func anImportIsKnownByItsBytes(_ authid: String, _ source: String, _ isImport: Bool) {
    let stamp = EventStamp(
      "e1", source: source, place: 0, time: Timestamp(microseconds: 0),
      recorded: Timestamp(microseconds: 0), author: .serviceAccount, authid: authid)
    #expect(stamp.isImport == isImport)
  }
}
