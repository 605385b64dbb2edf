// The bank of questions as files: one for each theme. docs/questions.md describes them.

import Disk
import EventCatalog
import JSONBytes
package import Relationship

/// Reads the files of a bank.
///
///     LEDGER/schemas/questions/*.yaml    the ledger's own; those that ship, where there is none
package enum QuestionFiles {
  /// A file's name in errors, and its text.
  package typealias Text = (name: String, text: [UInt8])

  /// More than a customer could be asked in a lifetime.
  private static let questionsMax = 500
  private static let textMax = 500
  private static let choicesMax = 20

  /// The bank that ships.
  package static func shipped() throws(PlanFileError) -> QuestionBank {
    try bank(EmbeddedQuestions.files.map { ($0.name, Array($0.text.utf8)) })
  }

  /// Checks the texts of a bank, in the order of their names.
  package static func bank(_ files: [Text]) throws(PlanFileError) -> QuestionBank {
    var questions: [BankQuestion] = []
    var places: [String: String] = [:]
    for (name, text) in files.sorted(by: { $0.name < $1.name }) {
      do throws(PlanFileError) {
        for (question, line) in try read(text, file: name) {
          if let other = places[question.id] {
            throw PlanFileError(
              file: name, line: line, code: "plan.duplicate",
              sentence: "the question `\(question.id)` stands in \(other) already; keep one")
          }
          places[question.id] = "\(name):\(line)"
          questions.append(question)
        }
      } catch {
        throw renamed(error)
      }
    }
    guard questions.count <= questionsMax else {
      throw PlanFileError(
        file: files.last?.name ?? "", line: 1, code: "question.value",
        sentence: "a bank holds at most \(questionsMax) questions; leave the others out")
    }
    return QuestionBank(questions)
  }

  /// The readers of groups and words are those of a plan; the codes of a bank are its own.
  private static func renamed(_ error: PlanFileError) -> PlanFileError {
    var error = error
    error.code = "question" + error.code.dropFirst("plan".count)
    return error
  }

  private static func read(
    _ text: [UInt8], file: String
  ) throws(PlanFileError) -> [(BankQuestion, line: Int)] {
    let top = try PlanFields(
      try PlanFields.document(text, file: file), "a theme of the bank", known: ["questions"],
      file: file)
    var questions: [(BankQuestion, line: Int)] = []
    for member in try PlanFields(try top.required("questions"), "`questions`", file: file).members {
      questions.append((try question(member, file: file), member.line))
    }
    return questions
  }

  private static let fields = [
    "text", "topic", "sensitivity", "fills", "purpose", "askAgain", "afterDeclined", "contexts",
    "choices", "first", "everybody",
  ]

  private static func question(
    _ member: YAMLMember, file: String
  ) throws(PlanFileError) -> BankQuestion {
    let what = "the question `\(member.name)`"
    let isId = member.name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    let fields = try PlanFields(member.value, what, file: file)
    guard isId, (1...64).contains(member.name.utf8.count) else {
      throw fields.fault(
        member.line, "plan.value",
        "the name of a question is its id: 1 to 64 of A-Z a-z 0-9 . _ -")
    }
    if let ticked = fields["default"] {
      throw fields.fault(
        ticked.line, "plan.unknown",
        "nothing is ticked beforehand: an answer is the customer's to give; leave `default` out")
    }
    let known = try PlanFields(member.value, what, known: Self.fields, file: file)
    return try QuestionReading(known, file: file).question(member.name)
  }

  /// One question's fields.
  private struct QuestionReading {
    let fields: PlanFields
    let file: String

    init(_ fields: PlanFields, file: String) {
      self.fields = fields
      self.file = file
    }

    func question(_ id: String) throws(PlanFileError) -> BankQuestion {
      let text = try fields.requiredText("text")
      guard (1...textMax).contains(text.count) else {
        throw fault("text", "`text` is what the customer is asked: 1 to \(textMax) characters")
      }
      let topic = try fields.requiredText("topic")
      let purpose = try fields.requiredText("purpose")
      do throws(QuestionFault) {
        _ = try PermissionQuestion(
          department: "", customer: "", purpose: purpose, topic: topic, channel: "none",
          contactPoint: "none")
      } catch {
        throw fault(error.field, error.sentence)
      }
      let word = try fields.requiredText("sensitivity")
      guard let sensitivity = BankQuestion.Sensitivity(rawValue: word) else {
        throw fault("sensitivity", "`sensitivity` is normal, sensitive or special")
      }
      let path = try fields.requiredText("fills")
      guard let fills = FactPath(path) else {
        let kinds = FactPath.recordedAs.keys.map(\.rawValue).sorted().joined(separator: ", ")
        throw fault("fills", "`fills` begins with a kind of fact that an answer fills in: \(kinds)")
      }
      return BankQuestion(
        id, text: text, topic: topic, sensitivity: sensitivity, fills: fills, purpose: purpose,
        askAgain: try rest("askAgain", try fields.requiredText("askAgain")),
        afterDeclined: try optionalRest("afterDeclined"), contexts: try contexts(),
        choices: try choices(), isFirst: try fields.flag("first") ?? false,
        isForEverybody: try fields.flag("everybody") ?? false)
    }

    private func fault(_ name: String, _ sentence: String) -> PlanFileError {
      fields.fault(fields[name]?.line ?? fields.line, "plan.value", sentence)
    }

    private func optionalRest(_ name: String) throws(PlanFileError) -> BankQuestion.Rest? {
      guard let text = try fields.text(name) else { return nil }
      return try rest(name, text)
    }

    private func rest(
      _ name: String, _ text: String
    ) throws(PlanFileError) -> BankQuestion.Rest {
      if text == "never" { return .forEver }
      guard let period = CalendarPeriod(text) else {
        throw fault(name, "`\(name)` is a duration such as P24M (ISO 8601), or never")
      }
      return .period(period)
    }

    private func contexts() throws(PlanFileError) -> Set<CounterContext> {
      _ = try fields.required("contexts")
      var contexts: Set<CounterContext> = []
      let known = CounterContext.allCases.map(\.rawValue).joined(separator: ", ")
      for word in try fields.words("contexts") {
        guard let context = CounterContext(rawValue: word.text) else {
          throw fields.fault(
            word.line, "plan.value", "`\(word.text)` is no point of contact; there are: \(known)")
        }
        contexts.insert(context)
      }
      guard !contexts.isEmpty else {
        throw fault("contexts", "`contexts` names at least one of: \(known)")
      }
      return contexts
    }

    private func choices() throws(PlanFileError) -> [String] {
      let words = try fields.words("choices").map(\.text)
      guard words.count <= choicesMax else {
        throw fault("choices", "a question has at most \(choicesMax) choices; leave some out")
      }
      return words
    }
  }
}

extension Ledger {
  /// The bank of this ledger: `schemas/questions/*.yaml` in its folder, else the one that ships. Throws ``PlanFileError``
  /// where a file cannot be used.
  package func questionBank() throws -> QuestionBank {
    let files = LinuxFileSystem()
    let folder = "\(directory)/schemas/questions"
    let names =
      try files.exists(folder)
      ? try files.list(folder).filter { $0.hasSuffix(".yaml") }.sorted() : []
    guard !names.isEmpty else { return try QuestionFiles.shipped() }
    return try QuestionFiles.bank(
      try names.map { name in
        let path = "\(folder)/\(name)"
        return (name, try files.contents(of: path, sizeMax: YAMLDocument.sizeMax + 1))
      })
  }
}
