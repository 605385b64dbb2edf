// The command line: one file a command; this one puts them together.

import ArgumentParser
import Glibc
import Ledger

/// Where the program begins: on a thread that waits for the commands, which run on the pool of Swift.
@main
enum Program {
  static func main() {
    if !Ledger.hasThreads(8) { endWithoutThreads() }
    Task.detached {
      await Rapport.main()
      exit(ExitStatus.good.rawValue)
    }
    ThreadWatch.wait()
    endWithoutThreads()
  }

  /// What was acknowledged is durable; the rest was not.
  private static func endWithoutThreads() -> Never {
    Terminal.complain(.noThreads)
    exit(ExitStatus.busy.rawValue)
  }
}

struct Rapport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rapport",
    abstract: "A ledger of customer relationships: every event kept, every view rebuilt from them.",
    discussion: """
      A ledger is a folder. Name it with --ledger, or with the environment variable RAPPORT_LEDGER; \
      otherwise it is ./ledger.

      Try it:
        rapport practice --customers 200 --events 4000 --seed 7
        rapport query customer "SELECT customer_id, orders FROM customer LIMIT 5"

      A command ends with 0 when all went well. Those that ask (may-contact, lookup, offer-check) \
      end with 1 when the answer is no, and with 2 when it is later: answers, not failures. A \
      failure is 64 after wrong usage, 65 after bad data, 66 when something to read is missing, 69 \
      when something is busy, 74 after a disk error, 70 after a bug of ours. Shell completions: \
      rapport --generate-completion-script bash
      """,
    version: Version.text,
    subcommands: [
      Init.self, Append.self, Import.self, Customer.self, OfferCheck.self, Timeline.self,
      Replay.self, Views.self,
      Rebuild.self, Repair.self, Query.self, ViewCommand.self, Subscribe.self, Subscriptions.self,
      MayContact.self, AudienceCommand.self, Why.self, LookupCommand.self, ReceiptCommand.self,
      RegistryCommand.self, Plan.self, SchemaCommand.self, Verify.self, Seal.self,
      Backup.self,
      Restore.self,
      SalvageCommand.self,
      Practice.self, DoctorCommand.self,
    ])
}

enum Version {
  /// Of the program; the formats have their own.
  static let text = "0.1.0"
}
