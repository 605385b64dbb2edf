// rapport customer: the 360-degree view, readable in half a minute; what matters at one point of contact; what to ask next.

import ArgumentParser
import JSONBytes
import Ledger
import ReadModels
import Relationship

struct Customer: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Show one customer: who, what is open, what we promised, what they said, last touches.",
    discussion: """
      Every value says where it comes from: stated (the customer said so), observed (we saw it), inferred (we \
      guess), with its day and the position of its event. --as-of answers for an instant, by the time things \
      happened: a date, to its end in UTC, or RFC 3339.

      --context shows what matters at one point of contact and nothing else: wishes to honour now, what we owe, \
      at most seven facts, and the one question to ask next. --next-question shows that question alone, or why \
      there is none. docs/questions.md has the rules.

      Examples:
        rapport customer 0001 --as-of 1997-09-30
        rapport customer 0001 --context till
        rapport customer 0001 --next-question
      """)

  @OptionGroup var options: LedgerOptions

  @Argument(help: "The customer.")
  var id: String

  @Option(help: "A date or an instant.")
  var asOf: String?

  @Option(help: "Only what matters at a point of contact: booking, till, phone, web or store.")
  var context: CounterContext?

  @Flag(help: "Only the best question to ask next, or why there is none.")
  var nextQuestion = false

  func execute() async throws -> ExitStatus {
    let instant = try asOf.map { try Ledger.instant($0) }
    return try await withLedger(for: .reading) { ledger in
      if nextQuestion { return try showQuestion(ledger, asOf: instant) }
      if let context { return try show(context, ledger, asOf: instant) }
      let (found, progress) = try ledger.customer(id, asOf: instant)
      if let progress { Summaries.note([progress]) }
      guard let view = found else { throw LedgerError.noCustomer }
      if options.json {
        Terminal.out(view.json)
      } else {
        CustomerPage(view, asOf: instant).show()
      }
      return .good
    }
  }

  private func showQuestion(_ ledger: Ledger, asOf instant: Timestamp?) throws -> ExitStatus {
    let (found, progress) = try ledger.nextQuestion(for: id, at: context, asOf: instant)
    if let progress { Summaries.note([progress]) }
    guard let choice = found else { throw LedgerError.noCustomer }
    if options.json { Terminal.out(choice.json) } else { QuestionPage(choice).show() }
    return .good
  }

  private func show(
    _ context: CounterContext, _ ledger: Ledger, asOf instant: Timestamp?
  ) throws -> ExitStatus {
    let (found, progress) = try ledger.counter(id, at: context, asOf: instant)
    if let progress { Summaries.note([progress]) }
    guard let view = found else { throw LedgerError.noCustomer }
    if options.json { Terminal.out(view.json) } else { CounterPage(view, asOf: instant).show() }
    return .good
  }
}

extension CounterContext: ExpressibleByArgument {}
