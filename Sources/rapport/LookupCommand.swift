// rapport lookup: who has this number, and what do we owe her?

import ArgumentParser
import JSONBytes
import Ledger
import Relationship

struct LookupCommand: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "lookup",
    abstract: "Find a customer by phone number, e-mail address or id, and show what we owe her.",
    discussion: """
      Addresses are compared by a keyed hash; its key is in the folder of keys. A phone number is written \
      with its country code, or its country is named. Several customers may have one number. Open promises \
      come first, the loudest on top: asked for again, then old (more than 30 days).

      This command ends with 0 when somebody is found and 1 when nobody is; with 64 and above when it could \
      not look.

      Examples:
        rapport lookup --phone "+49 30 23125001"
        rapport lookup --phone 030/23125001 --country DE --json
      """)

  @OptionGroup var options: LedgerOptions

  @Option(help: "A phone number.")
  var phone: String?

  @Option(help: "An e-mail address.")
  var email: String?

  @Option(help: "A customer's id, a loyalty number or a login.")
  var id: String?

  @Option(help: ArgumentHelp("The country of a number without country code.", valueName: "CC"))
  var country: String?

  func validate() throws {
    guard [phone, email, id].count(where: { $0 != nil }) == 1 else {
      throw ValidationError("name one of --phone, --email and --id")
    }
    if country != nil, phone == nil { throw ValidationError("--country goes with --phone") }
  }

  private var key: LookupKey? {
    phone.map { .phone($0, country: country) } ?? email.map { .email($0) }
      ?? id.map { .identifier($0) }
  }

  func execute() async throws -> ExitStatus {
    guard let key else { preconditionFailure("validate() asks for one") }
    return try await withLedger(for: .reading) { ledger in
      let answer = try ledger.lookup(key)
      if options.json {
        Terminal.out(answer.json)
      } else {
        LookupPage(answer).show()
      }
      return answer.found.isEmpty ? .no : .good
    }
  }
}

/// Who was found, for a terminal.
struct LookupPage {
  private let answer: LookupAnswer

  init(_ answer: LookupAnswer) { self.answer = answer }

  func show() {
    if answer.found.isEmpty { Terminal.out("Nobody with this yet.") }
    for (place, found) in answer.found.enumerated() {
      if place > 0 { Terminal.out() }
      show(found)
    }
    if answer.more > 0 {
      Terminal.out("And \(Numbers.counted(answer.more, "other customer", "other customers")).")
    }
  }

  private func show(_ found: LookupAnswer.Found) {
    let id = Terminal.printable(found.customer)
    Terminal.out(
      Terminal.styled(found.name.map { "\(Terminal.printable($0))  (\(id))" } ?? id, .bold))
    for point in found.points {
      var words = [point.kind, point.isVerified ? "verified" : "not verified"]
      if point.isShared { words.append("shared with others") }
      if point.isInvalid { words.append("no longer reaches her") }
      Terminal.out(
        "  \(words.joined(separator: ", "))"
          + Told.place(point.since.position, point.since.time, point.since.saidBy, nil))
    }
    let owed = found.owed(at: answer.instant)
    Terminal.out(Terminal.styled("We owe", .bold))
    if owed.isEmpty { Terminal.out("  nothing") }
    for promise in owed { Terminal.out("  " + open(promise)) }
    let kept = found.promises.filter { $0.promise.state(at: answer.instant) == .redeemed }
    guard !kept.isEmpty else { return }
    Terminal.out(Terminal.styled("Kept", .bold))
    for promise in kept { Terminal.out("  " + self.kept(promise.promise)) }
  }

  private func open(_ aged: AgedPromise) -> String {
    guard let grant = aged.promise.grant else { return "" }
    var text = Terminal.styled(grant.owed.text, .bold)
    if let reason = grant.reason { text += ": \(Terminal.printable(reason))" }
    text +=
      grant.redeemWhere == "*" ? ", anywhere" : ", at \(Terminal.printable(grant.redeemWhere))"
    if let until = grant.validUntil { text += ", until \(Times.day(until))" }
    let days = Numbers.counted(aged.days(at: answer.instant) ?? 0, "day", "days")
    text += ", since \(Times.day(grant.mark.moment.time)) (\(days))"
    switch aged.urgency(at: answer.instant) {
    case .askedAgain?:
      let times = Numbers.counted(aged.askedAgain.count, "time", "times")
      text += ", " + Terminal.styled("asked for again \(times)", .red)
    case .old?: text += ", " + Terminal.styled("old", .yellow)
    case .open?, nil: break
    }
    return text + Told.place(grant.mark.moment.place, nil, grant.mark.author, nil)
      + ", number \(Terminal.printable(aged.promise.id))"
  }

  private func kept(_ promise: Promise) -> String {
    guard let redemption = promise.redemption else { return "" }
    var text = redemption.amount.text
    if let store = redemption.storeId { text += " at \(Terminal.printable(store))" }
    let mark = redemption.mark
    return text + Told.place(mark.moment.place, mark.moment.time, mark.author, nil)
      + ", number \(Terminal.printable(promise.id))"
  }
}
