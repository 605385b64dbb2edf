import EventCatalog
import Foundation
import JSONBytes
import LogEngine
import Projection
import RapportTesting
import Relationship
import Testing

@testable import RapportServer

/// Problem documents, and a status for every code that the program has.
@Suite struct ProblemTests {
  @Test func aProblemIsAsTheStandardHasIt() {
    var problem = ProblemDocument(
      "append.revision-conflict", "customer c1 is at revision 4", number: "7f")
    problem.revision = 4
    #expect(
      problem.json == [
        "type": "urn:rapport:problem:append.revision-conflict", "title": "Somebody wrote first",
        "status": 412, "detail": "customer c1 is at revision 4",
        "instance": "urn:rapport:answer:7f", "code": "append.revision-conflict", "revision": 4,
      ])
    #expect(ProblemDocument("append.busy", "", number: "1").retryAfter == 1)
    #expect(ProblemDocument("disk.full", "", number: "1").status == 507)
  }

  /// Nobody can tell what is not hers from what is not there.
  @Test func whatIsNotHersIsNotThere() {
    let notThere = ProblemDocument.notThere(number: "1")
    for code in ["customer.missing", "event.missing", "event.other-customer", "view.unknown"] {
      let problem = ProblemDocument(code, notThere.detail, number: "1")
      #expect(problem.status == notThere.status && problem.title == notThere.title, "\(code)")
    }
  }

  /// The statuses that the design names.
  @Test(arguments: [
    ("append.revision-conflict", 412), ("append.id-reused", 422), ("append.invalid", 400),
    ("append.too-large", 413), ("append.busy", 503), ("disk.full", 507),
    ("append.outcome-unknown", 503), ("ledger.halted", 503), ("ledger.corrupt", 500),
    ("event.schema", 400), ("event.json", 400), ("permit.noEvidence", 422),
    ("credit.redeemed", 409), ("token.used", 409), ("token.mismatch", 422),
    ("question.alreadyAsked", 409), ("usage.time", 400), ("bug.root", 500),
    ("http.head-size", 431), ("access.token", 401),
  ])
  func aCodeHasItsStatus(code: String, status: Int) {
    #expect(ProblemTable.meaning(of: code).status == status)
  }

  /// Every denial and every fault of this room has a row.
  @Test func whatThisRoomRefusesIsInTheTable() {
    var codes = AppendDenial.allCases.map { "access.\($0.rawValue)" }
    codes += [
      BindingFault.mediaType, .noArray, .tooMany(count: 1), .header(name: "ce-id"),
    ].map(\.code)
    for code in codes {
      #expect(ProblemTable.meaning(of: code).status / 100 == 4, "\(code)")
    }
  }

  /// Codes that are values of a type.
  @Test func everyCodeOfATypeHasAStatus() {
    var codes = EventRejection.Code.allCases.map(\.rawValue)
    codes += PermitDefect.allCases.map(\.rawValue)
    codes += [
      AppendError.busy.code, AppendError.closed.code, OpenError.busy.code,
      AppendError.tooMany(count: 1, countMax: 1).code, OpenError.notALedger("").code,
      ProjectionError.busy(model: "").code, ProjectionError.rebuildRunning(model: "").code,
      PermissionError.noPolicy.code,
    ]
    for code in codes { #expect(ProblemTable.knows(code), "\(code)") }
  }

  /// Codes that stand as texts in the sources of the facade: none is forgotten when one is added.
  @Test func everyCodeInTheSourcesHasAStatus() throws {
    let rooms = ["Ledger", "LogEngine", "Projection", "Relationship"]
    let pattern = try NSRegularExpression(
      pattern:
        #"(?:LedgerError|AppendRefusal|SetAside|Rejection|refused)\(\s*(?:code: )?"([a-z]+[.][A-Za-z-]+)""#
    )
    var found: Set<String> = []
    for room in rooms {
      let folder = "\(SharedData.repository)/Sources/\(room)"
      let files = try #require(FileManager.default.enumerator(atPath: folder))
      // Practice lives are made by the command line alone.
      for case let name as String in files
      where name.hasSuffix(".swift") && !name.hasPrefix("Practice") {
        let text = String(decoding: SharedData.bytes(ofFile: "\(folder)/\(name)"), as: UTF8.self)
        let all = NSRange(text.startIndex..., in: text)
        for match in pattern.matches(in: text, range: all) {
          if let range = Range(match.range(at: 1), in: text) { found.insert(String(text[range])) }
        }
      }
    }
    #expect(found.count > 40, "codes are found")
    for code in found.sorted() { #expect(ProblemTable.knows(code), "\(code) has no status") }
  }
}
