// rapport customer --next-question: never twice, nothing sensitive without a yes, and a sentence where there is none.

import Foundation
import JSONBytes
import Ledger
import RapportTesting
import Testing

/// Events as a desk sends them.
struct DeskLine {
  var text: String

  init(
    _ id: String, _ type: String, of customer: String = "c1",
    at time: String = "2026-03-01T09:00:00Z",
    by author: String = "app_user", _ data: String
  ) {
    text = #"""
      {"specversion":"1.0","id":"\#(id)","source":"/desk","type":"\#(type)","subject":"\#(customer)",\#
      "time":"\#(time)","dataschema":"\#(type)/1","authtype":"\#(author)","authid":"a-1","data":\#(data)}

      """#
  }
}

extension Program {
  /// Appends lines; all must go in.
  func append(_ lines: DeskLine...) throws {
    let outcome = try run("append", input: lines.map(\.text).joined())
    guard outcome.status == 0 else { throw AppendFailed(error: outcome.error) }
  }

  struct AppendFailed: Error { var error: String }
}

@Suite struct QuestionCommandTests {
  private let folder = TemporaryFolder()
  private var program: Program { Program(directory: folder.path) }

  private static let registered = DeskLine(
    "r", "customer.registered", #"{"kind":"person","name":"Practice Customer"}"#)

  /// The next question's id; nil where there is none.
  private func next(_ arguments: String...) throws -> String? {
    let outcome = try program.run(["customer", "c1", "--next-question", "--json"] + arguments)
    #expect(outcome.status == 0, "\(outcome.error)")
    let answer = try outcome.json()
    let id = answer["question"]?["questionId"]?.string
    #expect((id == nil) == (answer["reason"] != nil), "a question, or a sentence why none")
    return id
  }

  /// Why a question is not asked.
  private func rule(of id: String) throws -> String? {
    let answer = try program.run("customer", "c1", "--next-question", "--json").json()
    return answer["refused"]?.elements.first { $0["questionId"]?.string == id }?["rule"]?.string
  }

  private func asked(_ id: String, _ question: String, _ topic: String = "t") -> DeskLine {
    DeskLine(
      id, "question.asked", at: "2026-03-02T09:00:00Z", by: "user",
      #"{"questionId":"\#(question)","topic":"\#(topic)","channel":"inperson","sensitivity":"normal"}"#
    )
  }

  @Test func theChannelIsAskedFirstAtEveryTouchUntilItIsAnswered() throws {
    try program.makeLedger()
    try program.append(Self.registered)
    for context in ["booking", "till", "phone", "web", "store"] {
      #expect(try next("--context", context) == "q-channel")
    }
    let page = try program.run("customer", "c1", "--next-question")
    #expect(page.output.contains("Ask: By which channel do you like to hear from us?"))
    #expect(page.output.contains("[ ] E-mail"), "nothing is ticked beforehand")
    #expect(!page.output.contains("[x]"))
    try program.append(asked("q", "q-channel"))
    #expect(try rule(of: "q-channel") == "question.waiting")
    #expect(try next() != "q-channel")
    try program.append(
      DeskLine(
        "a", "question.answered", at: "2026-03-02T09:01:00Z",
        #"{"questionEventId":"q","answer":"By e-mail.","reviewBy":"2026-09-01"}"#))
    #expect(try next("--as-of", "2026-08-31") != "q-channel")
    #expect(try next("--as-of", "2026-09-02") == "q-channel", "the answer has aged")
  }

  @Test func theDoorRefusesToAskTwiceAndNamesTheFirstAsking() throws {
    try program.makeLedger()
    try program.append(Self.registered, asked("q", "q-channel"))
    let again = try program.run("append", "--json", input: asked("q2", "q-channel").text)
    #expect(again.status == 65)
    #expect(try again.json()["rejected"]?.integer == 1)
    #expect(again.error.contains("[question.alreadyAsked]") && again.error.contains("event 1"))
    #expect(
      try program.run("append", input: asked("q", "q-channel").text).status == 0, "sent again")
    let both = asked("t1", "q-tea").text + asked("t2", "q-tea").text
    let together = try program.run("append", "--json", input: both)
    #expect(try together.json()["appended"]?.integer == 1, "one of two on their way")
    try program.append(
      DeskLine(
        "a", "question.answered", at: "2026-03-02T09:01:00Z",
        #"{"questionEventId":"q","answer":"By e-mail.","reviewBy":"2026-03-02"}"#))
    #expect(try program.run("append", input: asked("q2", "q-channel").text).status == 65)
    try program.append(
      DeskLine(
        "q3", "question.asked", at: "2026-03-03T09:00:00Z", by: "user",
        #"{"questionId":"q-channel","topic":"t","channel":"inperson","sensitivity":"normal"}"#))
  }

  @Test func whatSheChoseByHerselfIsNotAsked() throws {
    try program.makeLedger()
    try program.append(
      Self.registered,
      DeskLine(
        "c", "channel.chosen",
        #"{"purpose":"marketing","topic":"*","channels":["email"],"mode":"prefer"}"#))
    #expect(try rule(of: "q-channel") == "question.known")
    #expect(try next("--as-of", "2026-03-03") != "q-channel")
  }

  @Test func aRefusalIsRespected() throws {
    try program.makeLedger()
    try program.append(
      Self.registered, asked("q", "q-channel"),
      DeskLine(
        "d", "question.declined", at: "2026-03-02T09:01:00Z",
        #"{"questionEventId":"q","askAgainAt":"2026-03-10T00:00:00Z"}"#))
    #expect(try next("--as-of", "2026-03-12") != "q-channel", "the bank asks for six months")
    #expect(try next("--as-of", "2026-09-03") == "q-channel")
  }

  @Test func aQuestionAboutWhatIsHersComesBeforeTheOthers() throws {
    try program.makeLedger()
    try program.append(
      Self.registered, asked("q", "q-channel"),
      DeskLine("i", "interest.stated", #"{"topic":"garden"}"#))
    #expect(try next("--context", "store") == "q-garden")
    let page = try program.run("customer", "c1", "--next-question", "--context", "store")
    #expect(page.output.contains("because nobody has told us yet, and the customer said"))
    #expect(page.output.contains("[event 2]"))
    try program.append(
      DeskLine("n", "objection.raised", #"{"purpose":"marketing","route":"portal"}"#))
    #expect(try rule(of: "q-garden") == "question.refused", "she objected to what it is for")
    #expect(try next("--context", "store") != "q-garden")
  }

  private static let consent = #"""
    {"purpose":"care.comfort","topic":"*","channel":"none","contactPoint":"none","noticeEventId":"notice",\#
    "language":"en","consentType":"explicit","validityDuration":"untilWithdrawn","lawfulBasis":"gdpr.9-2-a",\#
    "personalDataTypes":["needs"],"controllers":["shop"],"recipients":[],"storageLocations":["DE"],\#
    "retentionPeriod":"P36M","jurisdiction":"DE","withdrawalMethod":"any desk","method":"webForm"}
    """#

  @Test func nothingSensitiveIsAskedWithoutAYesToKeepTheAnswer() throws {
    try program.makeLedger()
    try program.append(Self.registered)
    #expect(try rule(of: "q-comfort") == "question.noConsent")
    #expect(try rule(of: "q-lifestage") == "question.noConsent")
    let hash = "sha256:" + String(repeating: "0", count: 64)
    try program.append(
      DeskLine(
        "notice", "notice.presented",
        #"{"noticeId":"n","noticeVersion":"1","language":"en","contentHash":"\#(hash)","surface":"web","purposes":["care.comfort"]}"#
      ),
      DeskLine("yes", "consent.given", at: "2026-03-01T10:00:00Z", Self.consent))
    #expect(try rule(of: "q-comfort") == nil, "it may be asked now")
    #expect(try rule(of: "q-lifestage") == "question.noConsent", "that is another purpose")
    try program.append(
      DeskLine(
        "no", "consent.withdrawn", at: Ledger.now().text,
        #"{"purpose":"care.comfort","topic":"*","channel":"*","contactPoint":"*","route":"portal"}"#
      ))
    #expect(try rule(of: "q-comfort") == "question.refused")
  }

  @Test func whereNothingIsToBeAskedASentenceSaysWhy() throws {
    try program.makeLedger()
    try program.append(
      Self.registered,
      DeskLine("stop", "restriction.applied", by: "user", #"{"reason":"accuracyContested"}"#))
    let page = try program.run("customer", "c1", "--next-question")
    #expect(page.status == 0)
    #expect(
      page.output
        == "nothing is asked: the customer's data are kept and not used [question.restricted]\n")
    #expect(try next() == nil)
    let nobody = try program.run("customer", "nobody", "--next-question")
    #expect(nobody.status == 66)
    #expect(nobody.error.contains("[customer.missing]"))
    #expect(try program.run("customer", "c1", "--context", "moon").status == 64)
  }

  @Test func aBankOfTheLedgersOwnIsUsedAndItsFaultIsNamed() throws {
    try program.makeLedger()
    try program.append(Self.registered)
    let questions = "\(folder.path)/ledger/schemas/questions"
    try FileManager.default.createDirectory(atPath: questions, withIntermediateDirectories: true)
    let text = """
      questions:
        tea: {text: Which tea?, topic: tea, sensitivity: normal, fills: preference.tea, purpose: marketing,
          askAgain: never, contexts: [till]}

      """
    try program.write(text, to: "ledger/schemas/questions/tea.yaml")
    #expect(try next("--context", "till") == "tea")
    #expect(try next("--context", "web") == nil)
    try program.write(text.replacing("till", with: "moon"), to: "ledger/schemas/questions/tea.yaml")
    let broken = try program.run("customer", "c1", "--next-question")
    #expect(broken.status == 65)
    #expect(broken.error.contains("tea.yaml:3: `moon` is no point of contact"))
    #expect(broken.error.contains("[question.value]"))
  }
}
