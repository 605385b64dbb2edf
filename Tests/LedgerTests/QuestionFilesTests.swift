// The bank of questions as files: what ships, what a ledger brings itself, and every way a file can be wrong.

import Foundation
import Ledger
import RapportTesting
import Relationship
import Testing

@Suite struct QuestionFilesTests {
  private static let good = """
    questions:
      q-tea:
        text: Which tea do you like?
        topic: tea
        sensitivity: normal
        fills: preference.tea
        purpose: marketing
        askAgain: P24M
        contexts: [web, store]

    """

  private func load(_ text: String) throws -> QuestionBank {
    try QuestionFiles.bank([("tea.yaml", Array(text.utf8))])
  }

  @Test func aQuestionIsReadWithAllItsFields() throws {
    let text =
      Self.good.replacing("askAgain: P24M", with: "askAgain: never")
      + "    afterDeclined: P6M\n    choices: [Green, Black]\n    first: yes\n    everybody: yes\n"
    let question = try #require(try load(text).questions.first)
    #expect(question.id == "q-tea" && question.text == "Which tea do you like?")
    #expect(question.topic == "tea" && question.sensitivity == .normal)
    #expect(question.fills.text == "preference.tea" && question.purpose == "marketing")
    #expect(question.askAgain == .forEver)
    #expect(question.afterDeclined == CalendarPeriod("P6M").map { .period($0) })
    #expect(question.contexts == [.web, .store])
    #expect(question.choices == ["Green", "Black"])
    #expect(question.isFirst && question.isForEverybody)
    let plain = try #require(try load(Self.good).questions.first)
    #expect(plain.afterDeclined == nil && plain.choices.isEmpty)
    #expect(!plain.isFirst && !plain.isForEverybody)
  }

  /// A fault of one field, its line, its code, and a word of the sentence.
  private static let faults: [(String, String, Int, String, String)] = [
    ("text: Which tea do you like?", "text: ''", 3, "value", "characters"),
    ("    text: Which tea do you like?\n", "", 3, "missing", "lacks `text`"),
    ("topic: tea", "topic: \"*\"", 4, "value", "`topic`"),
    ("topic: tea", "topic: tea leaves", 4, "value", "`topic`"),
    ("sensitivity: normal", "sensitivity: secret", 5, "value", "sensitive"),
    ("fills: preference.tea", "fills: tea", 6, "value", "lifestage"),
    ("fills: preference.tea", "fills: inference.tea", 6, "value", "kind of fact"),
    ("purpose: marketing", "purpose: a..b", 7, "value", "`purpose`"),
    ("askAgain: P24M", "askAgain: 2 years", 8, "value", "P24M"),
    ("    askAgain: P24M\n", "", 3, "missing", "lacks `askAgain`"),
    ("contexts: [web, store]", "contexts: [shop]", 9, "value", "no point of contact"),
    ("contexts: [web, store]", "contexts: []", 9, "value", "at least one"),
    ("contexts: [web, store]", "contexts: [web]\n    default: Green", 10, "unknown", "ticked"),
    ("contexts: [web, store]", "contexts: [web]\n    weight: 3", 10, "unknown", "`weight`"),
    ("contexts: [web, store]", "contexts: [web]\n    first: maybe", 10, "value", "`yes` or `no`"),
    ("contexts: [web, store]", "contexts: [web]\n    choices: [a, a]", 10, "duplicate", "twice"),
    ("q-tea:", "q tea:", 2, "value", "is its id"),
    ("questions:", "question:", 1, "unknown", "`question`"),
  ]

  @Test(arguments: faults.indices)
  func aFaultIsNamedWithFileLineAndRemedy(index: Int) throws {
    let (old, new, line, code, word) = Self.faults[index]
    let text = Self.good.replacing(old, with: new)
    #expect(text != Self.good)
    let error = try #require(throws: PlanFileError.self) { try load(text) }
    #expect(error.file == "tea.yaml")
    #expect(error.line == line)
    #expect(error.code == "question.\(code)")
    #expect(error.sentence.contains(word), "\(error.sentence)")
    #expect(LedgerError(any: error).description.hasPrefix("tea.yaml:\(line): "))
  }

  @Test func aQuestionStandsInTheBankOnce() throws {
    let error = try #require(throws: PlanFileError.self) {
      try QuestionFiles.bank([
        ("b.yaml", Array(Self.good.utf8)), ("a.yaml", Array(Self.good.utf8)),
      ])
    }
    #expect(
      error.description.hasPrefix("b.yaml:2: the question `q-tea` stands in a.yaml:2 already"))
    #expect(error.code == "question.duplicate")
  }

  // MARK: What ships

  @Test func theBankThatShipsCanBeRead() throws {
    let bank = try QuestionFiles.shipped()
    #expect(bank.questions.count >= 12)
    let channel = try #require(bank.questions.first { $0.id == "q-channel" })
    #expect(channel.isFirst && channel.contexts == Set(CounterContext.allCases))
    #expect(channel.fills.recordedAs == "channel.chosen")
    #expect(bank.questions.filter(\.isFirst).map(\.id) == ["q-channel"])
    for kind in [Fact.Kind.lifestage, .lifestyle, .reason, .preference, .value] {
      #expect(bank.questions.contains { $0.fills.kind == kind }, "\(kind)")
    }
    for context in CounterContext.allCases {
      #expect(bank.questions.contains { $0.contexts == [context] || $0.contexts.contains(context) })
    }
  }

  @Test func whatMayRevealASpecialCategoryIsAskedWithConsentAndInPrivateAlone() throws {
    for question in try QuestionFiles.shipped().questions {
      let isSpecial = TopicPath.covers("special", question.topic)
      if isSpecial || question.fills.kind == .lifestage {
        #expect(question.sensitivity != .normal, "\(question.id)")
      }
      if question.sensitivity != .normal {
        #expect(question.contexts.allSatisfy { $0.isPrivate }, "\(question.id)")
        #expect(question.purpose.hasPrefix("care."), "\(question.id)")
      }
    }
  }

  // MARK: A ledger's own

  @Test func aLedgersOwnBankStandsInPlaceOfTheOneThatShips() throws {
    let ledger = try TestLedger()
    func ids() throws -> [String] {
      try ledger.read { try $0.questionBank().questions.map(\.id) }
    }
    #expect(try ids().contains("q-channel"))
    let folder = "\(ledger.directory)/schemas/questions"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    #expect(try ids().contains("q-channel"), "an empty folder is no bank")
    try Ledger.writePrivateFile(Array(Self.good.utf8), to: "\(folder)/tea.yaml")
    #expect(try ids() == ["q-tea"])
    let copy = "\(ledger.folder.path)/copy"
    _ = try Ledger.backUp(ledger.directory, to: copy)
    let copied = try Ledger.open(copy, for: .reading)
    #expect(try copied.questionBank().questions.map(\.id) == ["q-tea"], "a backup holds it")
    try Ledger.writePrivateFile(Array("questions: 7\n".utf8), to: "\(folder)/tea.yaml")
    #expect(throws: PlanFileError.self) { _ = try ids() }
  }
}
