// rapport doctor: whether a ledger can work here.

import ArgumentParser
import JSONBytes
import Ledger

struct DoctorCommand: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look at versions, disk, sync time and permissions, and say what to do.",
    discussion: """
      Changes nothing but a scratch file in the ledger's folder, which it removes. Ends with 65 when it \
      finds a problem.

      Example:
        rapport doctor --ledger ledger
      """)

  @OptionGroup var options: LedgerOptions

  func execute() async throws -> ExitStatus {
    var doctor = Doctor(directory: options.directory, version: Version.text)
    let hasProblem = doctor.run()
    if options.json {
      Terminal.out(
        .object([
          "healthy": .bool(!hasProblem),
          "findings": .array(
            doctor.findings.map {
              .object([
                "level": .string($0.level.rawValue), "subject": .string($0.subject),
                "sentence": .string($0.sentence),
              ])
            }),
        ]))
      return hasProblem ? .badData : .good
    }
    for finding in doctor.findings {
      let mark =
        switch finding.level {
        case .good: Terminal.styled("good    ", .green)
        case .note: "note    "
        case .warning: Terminal.styled("warning ", .yellow)
        case .problem: Terminal.styled("problem ", .red)
        }
      Terminal.out("\(mark) \(finding.subject): \(Terminal.printable(finding.sentence))")
    }
    Terminal.out(hasProblem ? "Mend what is marked as a problem first." : "Ready.")
    return hasProblem ? .badData : .good
  }
}
