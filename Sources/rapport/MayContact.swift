// rapport may-contact: may this department contact this customer, about this, on this channel, at that time?

import ArgumentParser
import JSONBytes
import Ledger
import Relationship

struct MayContact: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "may-contact",
    abstract: "Ask whether a department may contact a customer about something, and who said so.",
    discussion: """
      The answer is yes, not before a time, or no; with the rule, the event that decided, who said it and \
      what to try instead. --at is the moment asked about, by default now; --known-at what may be known \
      by then: a position or an instant, by default everything. Both take a date, to its end in UTC, or \
      RFC 3339. Without --address each of the customer's contact points on the channel is asked, and the \
      best answer given.

      --send asks in order to send: the answer is recorded, and the token printed that the message \
      redeems (decisionEventId of contact.sent), once and within the time that the policy gives it.

      This command ends with 0 when the answer is yes, 1 when it is no, 2 when it is not yet; with 64 \
      and above when there is no answer.

      Examples:
        rapport may-contact --customer 0001 --department marketing \\
          --purpose marketing --channel email
        rapport may-contact --customer 0001 --department service \\
          --purpose service.receipt --channel sms --occasion o-17 \\
          --at 2026-03-01T09:00:00Z --known-at 4711 --json
      """)

  @OptionGroup var options: LedgerOptions

  @Option(help: "The customer.")
  var customer: String

  @Option(help: "Who wants to make contact.")
  var department: String

  @Option(help: "What for, such as marketing or service.receipt.")
  var purpose: String

  @Option(help: "By what: email, sms, voice, post, push, inapp, whatsapp, inperson or none.")
  var channel: String

  @Option(help: "What about.")
  var topic = "general"

  @Option(help: "A contact point's id, or the address itself.")
  var address: String?

  @Option(help: ArgumentHelp("Id of the event that the message answers.", valueName: "event"))
  var occasion: String?

  @Option(help: "The campaign that it belongs to.")
  var campaign: String?

  @Flag(help: "The message holds something promotional.")
  var promotion = false

  @Option(help: ArgumentHelp("The moment asked about.", valueName: "time"))
  var at: String?

  @Option(help: ArgumentHelp("What may be known: a position or an instant.", valueName: "point"))
  var knownAt: String?

  @Flag(help: "Record the answer and print the token to send with.")
  var send = false

  @Flag(help: "Show every gate.")
  var trace = false

  func validate() throws {
    if send, at != nil || knownAt != nil {
      throw ValidationError(
        "--send asks about now with all that is known; leave --at and --known-at away")
    }
  }

  func execute() async throws -> ExitStatus {
    let question = ContactQuestion(
      customer: customer, department: department, purpose: purpose, topic: topic,
      channel: channel, address: address, occasionEventId: occasion, campaignId: campaign,
      promotion: promotion, at: try at.map { try Ledger.instant($0) },
      known: try knownAt.map(Self.known) ?? .end)
    return try await withLedger(for: send ? .writing : .reading) { ledger in
      guard send else {
        let answer = try ledger.mayContact(question)
        show(answer, token: nil)
        return ExitStatus(answer.answer.decision.verdict)
      }
      let (answer, token, position) = try await ledger.askToSend(question)
      show(answer, token: (token, position))
      return ExitStatus(answer.answer.decision.verdict)
    }
  }

  private func show(_ answer: ContactAnswer, token: (id: String, position: UInt64)?) {
    guard options.json else {
      ContactPage(answer, token: token, showsTrace: trace).show()
      return
    }
    guard let token, case .object(let members) = answer.json else {
      Terminal.out(answer.json)
      return
    }
    Terminal.out(
      .object(
        members + [
          JSONMember("token", .string(token.id)),
          JSONMember("tokenPosition", .integer(token.position)),
        ]))
  }

  /// A position, itself included, or an instant.
  static func known(_ text: String) throws -> KnownAt {
    if let position = UInt64(text) { return .position(position) }
    return .recorded(try Ledger.instant(text))
  }
}

extension ExitStatus {
  /// How a command ends whose answer is a verdict.
  init(_ verdict: Verdict) {
    self =
      switch verdict {
      case .allow: .good
      case .deny: .no
      case .defer: .later
      }
  }
}
