import GRDB
import JSONBytes
import Projection
import RapportTesting
import ReadModels
import Testing

@Suite struct DepartmentTablesTests {
  private func definitions<P: Projector>(
    _ part: P.Type, _ type: String
  ) throws -> [(name: String, sql: String)] {
    try ModelFile.withFolded(P.self, []) { tables in
      try Row.fetchAll(
        tables.db,
        sql: """
          SELECT name, sql FROM sqlite_master
          WHERE type = ? AND substr(name, 1, 8) <> '_rapport' ORDER BY name
          """, arguments: [type]
      ).map { ($0["name"], $0["sql"] ?? "") }
    }
  }

  private func tables(_ part: Part) throws -> [(name: String, sql: String)] {
    try definitions(part.projector, "table")
  }

  @Test(arguments: Part.all)
  func everyTableAndColumnHasACommentInTheFile(part: Part) throws {
    let tables = try tables(part)
    #expect(!tables.isEmpty)
    for (name, sql) in tables {
      let lines = sql.split(separator: "\n").map { $0.drop { $0 == " " } }
      #expect(lines[0].contains("( -- "), "table \(name)")
      for line in lines.dropFirst().dropLast() where !line.hasPrefix("PRIMARY KEY") {
        #expect(line.contains(" -- "), "\(name): \(line)")
      }
      #expect(sql.contains("PRIMARY KEY"), "\(name) has a primary key")
      #expect(lines.last?.hasPrefix(") STRICT") == true, "\(name) is strict")
    }
    for (name, sql) in try definitions(part.projector, "view") {
      #expect(sql.split(separator: "\n")[0].contains(" AS -- "), "view \(name)")
    }
  }

  @Test(arguments: Part.all)
  func everySQLViewCanBeRead(part: Part) throws {
    let events = PracticeEvents.decoded(customers: 40, events: 4_000, seed: 1)
    func read<P: Projector>(_ projector: P.Type) throws {
      let views = try definitions(P.self, "view").map(\.name)
      try ModelFile.withFolded(P.self, events) { tables in
        for view in views {
          let rows = try Row.fetchAll(tables.db, sql: "SELECT * FROM \(view)")
          #expect(!rows.isEmpty || Self.maybeEmpty.contains(view), "\(view) has rows")
        }
      }
    }
    try read(part.projector)
  }

  /// What has happened or lapsed by the end of a practice history.
  private static let maybeEmpty = ["expired_promise_now", "drop_calendar_now"]

  @Test func thereAreTheTablesOfTheDesign() throws {
    let wanted = [
      "service": ["complaint", "open_promise", "effort", "asked_twice", "dialogue"],
      "product": ["product", "reaction", "configuration_demand", "suggestion", "need"],
      "marketing": ["campaign", "cell", "drop_calendar", "response", "asked_for"],
    ]
    for model in departmentModels {
      let parts = Part.all.filter { $0.model.name == model.name }
      let names = try parts.flatMap { try tables($0).map(\.name) }
      #expect(Set(names).isSuperset(of: wanted[model.name] ?? ["none"]), "\(model.name)")
      #expect(Set(names).count == names.count, "no two parts of \(model.name) have one table")
      for part in parts {
        #expect(part.projector.name == model.name && part.projector.version == model.version)
      }
      let read = parts.reduce(into: Set<String>()) { $0.formUnion($1.projector.eventTypes ?? []) }
      #expect(read == Set(model.reads.keys).union(Self.withoutData[model.name] ?? []))
    }
  }

  /// Types of which a model reads the envelope alone.
  private static let withoutData = ["marketing": ["complaint.opened"]]

  @Test func aggregatesNameNoCustomer() throws {
    let people = ["response", "loose_outcome", "asked_for", "loose_retraction"]
    for part in Part.all where part.model.name != "service" {
      for (name, sql) in try tables(part) where !people.contains(name) {
        #expect(!sql.contains("customer_id"), "\(name)")
      }
    }
  }

  @Test func tablesOfCustomersBeginWithTheCustomer() throws {
    for part in Part.all {
      for (name, sql) in try tables(part) where sql.contains("customer_id") {
        #expect(sql.contains("PRIMARY KEY (customer_id, "), "\(name)")
      }
    }
  }
}
