// rapport plan: the sharing plan in force, what a change of it opens and closes, and publishing one.

import ArgumentParser
import JSONBytes
import Ledger
import Relationship

struct Plan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show or publish the sharing plan: which department may see what.",
    discussion: """
      In force is what was published in the ledger, not what lies in a folder. What is not granted is taken out of \
      every event before a department's view or subscription sees it (docs/sharing.md).

      Examples:
        rapport plan
        rapport plan --fields --department service
        rapport plan --at 2026-03-01
        rapport plan --diff
        rapport plan publish schemas --dry-run
      """,
    subcommands: [PlanShow.self, PlanPublish.self], defaultSubcommand: PlanShow.self)
}

struct PlanShow: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Print the plan in force, or what differs between two plans.",
    discussion: """
      A row is an event type, a column a department; 3/5 means that it sees three of five fields, * that a \
      personal one is among them. With --fields a row is a field. JSON names every field.

      --diff alone says what publishing the plan that ships would open and close. --diff OLD says what changed from \
      OLD to the plan in force: OLD is a date, a time, a number of events, or a folder laid out as schemas is.

      Examples:
        rapport plan --department pricing --fields
        rapport plan --at 2026-03-01T09:00:00Z
        rapport plan --diff 2026-01-01
        rapport plan --diff schemas
      """)

  @OptionGroup var options: LedgerOptions

  @Option(
    help: ArgumentHelp(
      "The plan as it was in force then.",
      discussion:
        "A date (to its end, UTC) or an RFC 3339 time, by when the ledger took the events; or a number: after so many events.",
      valueName: "moment"))
  var at: String?

  @Option(help: "Only this department.", completion: .none)
  var department: String?

  @Flag(help: "A row for every field.")
  var fields = false

  @Flag(help: "Print what differs instead; OLD is what it differs from.")
  var diff = false

  @Argument(help: "With --diff: a moment as for --at, or a folder.", completion: .directory)
  var old: String?

  func validate() throws {
    if old != nil, !diff { throw ValidationError("write --diff before what to compare with") }
  }

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      let published = try ledger.publishedPlan(at: try at.map(Ledger.planMoment) ?? .now)
      if let department, !published.plan.grants.contains(where: { $0.department == department }) {
        throw LedgerError(
          "plan.department",
          "nothing was ever granted to a department of that name; there is "
            + published.plan.grants.map(\.department).joined(separator: ", "), .missingInput)
      }
      let page = PlanPage(
        published: published, grantable: ledger.grantableFields, only: department)
      if diff {
        let changes = try changes(ledger, published)
          .filter { department == nil || $0.department == department }
        if options.json {
          Terminal.out(.object(["changes": .array(changes.map(PlanPage.json))]))
        } else {
          PlanPage.show(changes)
        }
      } else if options.json {
        Terminal.out(page.json)
      } else {
        page.show(fields: fields, isPast: at != nil)
      }
      return .good
    }
  }

  /// From old to new: to what ships, where nothing is named; else from what is named to the plan shown.
  private func changes(_ ledger: Ledger, _ published: PublishedPlan) throws -> [SharingChange] {
    let grantable = ledger.grantableFields
    let shown = grantable.expanded(published.plan)
    guard let old else {
      return grantable.expanded(try ledger.sharingFiles().plan).changes(since: shown)
    }
    let before =
      try ledger.isSharingFolder(old)
      ? ledger.sharingFiles(in: old).plan
      : ledger.publishedPlan(at: Ledger.planMoment(old)).plan
    return shown.changes(since: grantable.expanded(before))
  }
}

struct PlanPublish: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish",
    abstract:
      "Put a sharing plan and a permission policy in force: what ships, or that of a folder.",
    discussion: """
      Appends only what differs from what is in force, all or nothing: purposes, topics, the permission policy \
      (docs/permission.md), the plan's digest, and the grant of each department that changed. Publishing it again \
      appends nothing. A department that the folder does not name is granted nothing any more. The folder is laid out \
      as schemas is: departments/NAME.yaml; policies/purposes.yaml, without which the purposes that ship are taken; \
      policies/default.yaml and a file for each regime, without which the policy that ships is taken.

      Examples:
        rapport plan publish schemas --dry-run
        rapport plan publish schemas --by staff-17
      """)

  @OptionGroup var options: LedgerOptions

  @Argument(help: "A folder laid out as schemas is; otherwise what ships.", completion: .directory)
  var folder: String?

  @Flag(help: "Append nothing; say what publishing would open and close.")
  var dryRun = false

  @Option(help: "Pseudonym of the member of staff who answers for it; recorded with the events.")
  var by: String?

  func validate() throws {
    if let by, !(1...128).contains(by.utf8.count) || by.contains("@") {
      throw ValidationError("--by is a pseudonym of 1 to 128 bytes, no address")
    }
  }

  func execute() async throws -> ExitStatus {
    try await withLedger(for: dryRun ? .reading : .writing) { ledger in
      let files = try folder.map { try ledger.sharingFiles(in: $0) }
      let done = try await ledger.publishPlan(files, by: by, isTrial: dryRun)
      if options.json {
        Terminal.out(
          .object([
            "appended": .integer(done.appended), "first": done.first.map { .integer($0) } ?? .null,
            "dryRun": .bool(dryRun), "version": .string(done.version),
            "contentHash": .string(done.contentHash),
            "policy": done.policy.map { .string($0) } ?? .null,
            "purposes": .array(done.purposes.map { .string($0) }),
            "topics": .array(done.topics.map { .string($0) }),
            "retired": .array(done.retired.map { .string($0) }),
            "changes": .array(done.changes.map(PlanPage.json)),
          ]))
      } else {
        show(done)
      }
      // What was declined before any policy said how long contact rests may rest now.
      if !dryRun { try await Summaries.followUp(ledger) }
      return .good
    }
  }

  private func show(_ done: PlanPublishing) {
    for (word, names) in [("purpose", done.purposes), ("topic", done.topics)] where !names.isEmpty {
      Terminal.out(
        "\(dryRun ? "Would register" : "Registered") "
          + "\(Numbers.counted(names.count, word, word + "s")): "
          + names.map(Terminal.printable).joined(separator: ", "))
    }
    if let policy = done.policy {
      Terminal.out(
        "\(dryRun ? "Would publish" : "Published") the permission policy "
          + Terminal.printable(policy))
    }
    for name in done.retired {
      Terminal.note("the purpose \(name) was retired and stays so; register it by an event")
    }
    PlanPage.show(done.changes)
    if dryRun {
      Terminal.out("Nothing was appended.")
    } else if done.appended == 0 {
      Terminal.out("The plan \(done.version) is in force already; nothing was appended.")
    } else {
      Terminal.out(
        "The plan \(done.version) is in force: "
          + "\(Numbers.counted(done.appended, "event", "events")) from position \(done.first ?? 0) on."
      )
    }
  }
}
