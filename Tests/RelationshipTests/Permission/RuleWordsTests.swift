// What the customer reads is what docs/permission.md says that she reads.

import RapportTesting
import Relationship
import Testing

@Suite struct RuleWordsTests {
  /// Rule codes and their sentence, as the page's table has them.
  private static let rows: [(rules: [RuleCode], sentence: String)] = {
    let page = String(
      decoding: SharedData.bytes(ofFile: SharedData.repository + "/docs/permission.md"),
      as: UTF8.self)
    return page.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { cell in
        String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
      guard line.hasPrefix("| `"), cells.count == 2 else { return nil }
      let codes = cells[0].split(separator: "`").map(String.init).filter { $0 != ", " }
      let rules = codes.compactMap { RuleCode(rawValue: $0) }
      return rules.count == codes.count ? (rules, cells[1]) : nil
    }
  }()

  @Test func everyRuleSaysWhatThePageSays() {
    #expect(Set(Self.rows.flatMap(\.rules)) == Set(RuleCode.allCases))
    for (rules, sentence) in Self.rows {
      for rule in rules where rule != .topicChannelOnly {
        #expect((rule.customerText ?? "(not shown)") == sentence, "\(rule.rawValue)")
      }
    }
  }
}
