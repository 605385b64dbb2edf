// What docs/permission.md shows of the command line is what the command line has.

import JSONBytes
import RapportTesting
import Testing

@Suite struct PermissionDocumentTests {
  /// The command lines in the ```sh blocks of a page, as words.
  private static func commands(in page: String) -> [[String]] {
    var isShell = false
    var commands: [[String]] = []
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isShell = line == "```sh"
      } else if isShell, line.hasPrefix("rapport ") {
        commands.append(line.split(separator: " ").dropFirst().map(String.init))
      }
    }
    return commands
  }

  @Test func everyOptionThatThePageShowsExists() throws {
    let folder = TemporaryFolder()
    let program = Program(directory: folder.path)
    let page = String(
      decoding: SharedData.bytes(ofFile: SharedData.repository + "/docs/permission.md"),
      as: UTF8.self)
    let commands = Self.commands(in: page)
    #expect(commands.contains { $0.first == "may-contact" && $0.contains("--send") })
    for words in commands {
      let names = Array(words.prefix { !$0.hasPrefix("-") }.prefix(words.first == "plan" ? 2 : 1))
      let help = try program.run(names + ["--help"])
      #expect(help.status == 0, "\(names)")
      for option in words where option.hasPrefix("--") {
        #expect(help.output.contains(option), "rapport \(names) has no \(option)")
      }
    }
  }
}
