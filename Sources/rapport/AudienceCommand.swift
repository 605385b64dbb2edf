// rapport audience: who may be contacted about something now, who later, who not, and why.

import ArgumentParser
import JSONBytes
import Ledger

struct AudienceCommand: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "audience",
    abstract: "Count who may be contacted about something now, later or not, with the reasons.",
    discussion: """
      Every customer is asked the question of may-contact; without --channel on each channel on which she \
      has a contact point, and her best answer counts. The counts are the sum of those answers.

      Example:
        rapport audience --topic products.shoes --purpose marketing \\
          --channel email --department marketing
      """)

  @OptionGroup var options: LedgerOptions

  @Option(help: "What about.")
  var topic: String

  @Option(help: "What for, such as marketing or relationship.survey.")
  var purpose: String

  @Option(help: "Who wants to make contact.")
  var department: String

  @Option(help: "By what; without it by any channel.")
  var channel: String?

  @Option(help: "The campaign that it belongs to.")
  var campaign: String?

  @Flag(help: "The message holds something promotional.")
  var promotion = false

  @Option(help: ArgumentHelp("The moment asked about; by default now.", valueName: "time"))
  var at: String?

  @Option(help: "So many customers are named for each reason.")
  var samples = 5

  func validate() throws {
    guard (0...1_000).contains(samples) else { throw ValidationError("--samples is 0 to 1000") }
  }

  func execute() async throws -> ExitStatus {
    let question = AudienceQuestion(
      topic: topic, purpose: purpose, department: department, channel: channel,
      campaignId: campaign, promotion: promotion, at: try at.map { try Ledger.instant($0) },
      sampleMax: samples)
    return try await withLedger(for: .reading) { ledger in
      let audience = try ledger.audience(question)
      if options.json {
        Terminal.out(audience.json)
      } else {
        AudiencePage(audience).show()
      }
      return .good
    }
  }
}
