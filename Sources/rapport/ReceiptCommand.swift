// rapport receipt: a consent receipt that a customer can keep.

import ArgumentParser
import JSONBytes
import Ledger
import Relationship

struct ReceiptCommand: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "receipt",
    abstract: "Write the receipt of a consent, a request of one, a refusal or a withdrawal.",
    discussion: """
      The receipt has the fields of ISO/IEC TS 27560:2023, and the state of the consent as of its event and \
      as of now, by the names of W3C DPV. It holds data of this customer alone. Events name the parties by \
      their ids; --parties names a YAML file that says who they are, and what nobody filled in is listed in \
      not_filled. --out writes the JSON into a file that only its owner reads.

      Example:
        rapport receipt --customer 0001 --event 4711 --out receipt.json
      """)

  @OptionGroup var options: LedgerOptions

  @Option(help: "The customer.")
  var customer: String

  @Option(help: ArgumentHelp("Position or id of the event.", valueName: "position"))
  var event: String

  @Option(help: "A file that says who the parties are.", completion: .file())
  var parties: String?

  @Option(help: "A file to write the receipt to.", completion: .file())
  var out: String?

  func execute() async throws -> ExitStatus {
    let parties = try parties.map { try PartyFile.parties(in: $0) } ?? [:]
    return try await withLedger(for: .reading) { ledger in
      let answer = try ledger.receipt(of: customer, event: event, parties: parties)
      if let out {
        try Ledger.writePrivateFile(Array((answer.json.text + "\n").utf8), to: out)
      }
      if options.json {
        Terminal.out(answer.json)
      } else {
        ReceiptPage(answer).show()
        if let out { Terminal.out("Wrote \(Terminal.printable(out)).") }
      }
      return .good
    }
  }
}

/// A receipt for a terminal.
struct ReceiptPage {
  private let answer: ReceiptAnswer
  private var receipt: ConsentReceipt { answer.receipt }

  init(_ answer: ReceiptAnswer) { self.answer = answer }

  func show() {
    let event = receipt.event.event
    Terminal.out(
      Terminal.styled("Consent receipt", .bold)
        + "  \(event.type), \(Times.minute(event.stamp.time)) UTC"
        + Terminal.styled("  [event \(event.stamp.place)]", .faint))
    Told.line("Customer", Terminal.printable(event.subject ?? ""))
    Told.line("State then", receipt.stateThen.rawValue)
    let by = receipt.decidedNow == event.stamp ? "" : "  [event \(receipt.decidedNow.place)]"
    Told.line("State now", receipt.stateNow.rawValue + Terminal.styled(by, .faint))
    if let defect = receipt.defect {
      Told.line("Never counted", "\(defect.sentence) (\(defect.rawValue))")
    }
    if receipt.records.isEmpty { Terminal.out("  It ended no consent: there was none it reached.") }
    for record in receipt.records { show(record) }
    if !receipt.exceptions.isEmpty {
      Terminal.out()
      Terminal.out(Terminal.styled("Later words about a part of it", .bold))
      for exception in receipt.exceptions {
        Terminal.out(
          "  \(exception.type): purpose \(exception.purpose), topic \(exception.topic), channel "
            + "\(exception.channel)"
            + Told.place(exception.stamp.place, exception.stamp.time, nil, nil))
      }
    }
    let missing = receipt.notFilled(answer.parties)
    guard !missing.isEmpty else { return }
    Terminal.out()
    Terminal.out(Terminal.styled("Not filled in", .bold))
    for field in missing { Terminal.out("  \(Terminal.printable(field))") }
  }

  private func show(_ record: ConsentReceipt.Record) {
    let fields = record.fields.event
    func text(_ name: String) -> String? {
      fields.data[name].map { value in
        Terminal.printable(
          value.string ?? value.elements.compactMap(\.string).joined(separator: ", "))
      }
    }
    Terminal.out()
    Terminal.out(
      Terminal.styled("Record \(Terminal.printable(record.named.event.stamp.id))", .bold))
    if let notice = record.notice?.event {
      let name = [notice.data["noticeId"]?.string, notice.data["noticeVersion"]?.string]
        .compactMap { $0 }.map(Terminal.printable).joined(separator: " ")
      Told.line("Notice", name + Told.place(notice.stamp.place, notice.stamp.time, nil, nil))
    }
    for (name, field) in Self.fields {
      guard let value = text(field) else { continue }
      Told.line(name, value.isEmpty ? "nobody" : value)
    }
    for step in record.steps {
      Told.line(
        Times.day(step.effect),
        "\(step.state.rawValue)  \(step.type)"
          + Terminal.styled("  [event \(step.stamp.place)]", .faint))
    }
  }

  private static let fields = [
    ("Purpose", "purpose"), ("Topic", "topic"), ("Channel", "channel"),
    ("Contact point", "contactPoint"), ("Kinds of data", "personalDataTypes"),
    ("Controllers", "controllers"), ("Others get it", "recipients"),
    ("Kept in", "storageLocations"), ("Kept for", "retentionPeriod"),
    ("Law of", "jurisdiction"), ("Basis", "lawfulBasis"), ("To withdraw", "withdrawalMethod"),
  ]
}
