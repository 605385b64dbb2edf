// What a read model in SQL may do: decided when SQLite prepares its texts, on a connection of this file's own.
// No pointer leaves this file.

import GRDBSQLite

/// What the sandbox found out about a model that it lets through.
struct ApprovedSQL: Sendable {
  /// Names of its tables, in the order of the file.
  var tables: [String] = []
  /// Whether a statement reads `batch.customer`.
  var readsCustomer = false
}

/// A database in memory with the tables of a model, and an authorizer on it.
///
/// SQLite asks the authorizer while it prepares a statement, for everything the statement could do. So a text that was
/// prepared here, against the same tables, can do nothing else where the engine runs it.
@safe struct SQLSandbox: ~Copyable {
  private let connection: OpaquePointer
  private let rules: SandboxRules
  private let file: String

  /// Prepares every text of the model. Throws ``SQLModelError`` with the line of the first that is refused.
  static func check(_ model: SQLModelText, file: String) throws -> ApprovedSQL {
    let sandbox = try SQLSandbox(file)
    sandbox.arrange()
    var approved = ApprovedSQL()
    for statement in model.tables {
      try sandbox.run(statement, as: .tables)
      let made = sandbox.tables(but: approved.tables)
      guard made.count == 1, let name = made.first else {
        throw sandbox.wrong(statement, "a table of that name is there already")
      }
      try sandbox.inspect(name, of: statement)
      approved.tables.append(name)
      sandbox.rules.own.insert(name)
    }
    sandbox.make(SQLBatch.table)
    for statement in model.statements { try sandbox.approve(statement, as: .statements) }
    approved.readsCustomer = sandbox.rules.readsCustomer
    for statement in model.indexes {
      try sandbox.run(statement, as: .indexes)
      if statement.words.dropFirst().first == "VIEW" { try sandbox.approveView(statement) }
    }
    return approved
  }

  private init(_ file: String) throws {
    var handle: OpaquePointer?
    let flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX
    // Safe: `handle` is a local that the call fills in; it is closed here, or owned by `self` from now on.
    let result = unsafe sqlite3_open_v2(":memory:", &handle, flags, nil)
    guard let opened = unsafe handle, result == SQLITE_OK else {
      unsafe sqlite3_close(handle)
      throw SQLModelError(
        code: "view.sqlite", file: file, line: 1,
        sentence: "SQLite cannot make a database in memory"
      )
    }
    unsafe connection = opened
    rules = SandboxRules()
    self.file = file
  }

  /// Sets the limits, makes the tables that every file has, and puts the authorizer on.
  private func arrange() {
    // As the connections that will run the statements: a word in double quotes is a name, never a text.
    unsafe _disableDoubleQuotedStringLiterals(connection)
    for (limit, value) in Self.limits { _ = unsafe sqlite3_limit(connection, limit, value) }
    make(Progress.tables)
    // SQLite declares a virtual table when it is first used, which the authorizer would take for a new table.
    for module in SandboxRules.modulesAllowed { _ = texts("SELECT 1 FROM \(module)('[]')") }
    let modules = texts("SELECT lower(name) FROM pragma_module_list").map { $0[0] ?? "" }
    rules.modules = Set(modules).subtracting(SandboxRules.modulesAllowed)
    // Safe: the rules live as long as `self`, which closes the connection before they go.
    unsafe sqlite3_set_authorizer(
      connection, authorize, Unmanaged.passUnretained(rules).toOpaque())
  }

  // Safe: the connection is owned by this value alone, and every statement is finalized before.
  deinit { unsafe sqlite3_close(connection) }

  private static let limits: [(CInt, CInt)] = [
    (SQLITE_LIMIT_SQL_LENGTH, 65_536), (SQLITE_LIMIT_LENGTH, SQLBatch.textSizeMax),
    (SQLITE_LIMIT_EXPR_DEPTH, 100), (SQLITE_LIMIT_COMPOUND_SELECT, 50),
    (SQLITE_LIMIT_COLUMN, 200), (SQLITE_LIMIT_FUNCTION_ARG, 64), (SQLITE_LIMIT_ATTACHED, 0),
    (SQLITE_LIMIT_VDBE_OP, 100_000), (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000),
  ]

  private func wrong(
    _ statement: SQLStatement, _ sentence: String, _ code: String = "view.definition"
  ) -> SQLModelError {
    SQLModelError(code: code, file: file, line: statement.line, sentence: sentence)
  }

  // MARK: Preparing

  /// Prepares a statement by the rules of `phase`, and hands it to `body`.
  private func prepare(
    _ sql: String, of statement: SQLStatement, as phase: SandboxRules.Phase,
    _ body: (OpaquePointer) throws -> Void
  ) throws {
    rules.phase = phase
    rules.refusal = nil
    defer { rules.phase = .own }
    var prepared: OpaquePointer?
    var isAlone = true
    // Safe: `tail` points into the C string, which lives until the closure ends.
    let result = unsafe sql.withCString { start in
      var tail: UnsafePointer<CChar>?
      let result = unsafe sqlite3_prepare_v2(connection, start, -1, &prepared, &tail)
      isAlone = unsafe tail.map { unsafe $0.pointee == 0 } ?? true
      return result
    }
    // Safe: finalized once, after its last use.
    defer { unsafe sqlite3_finalize(prepared) }
    guard result == SQLITE_OK else { throw refusal(statement) }
    guard let made = unsafe prepared, isAlone else {
      throw wrong(statement, "this is not one statement")
    }
    unsafe try body(made)
  }

  private func refusal(_ statement: SQLStatement) -> SQLModelError {
    if let refusal = rules.refusal { return wrong(statement, refusal, "view.forbidden") }
    // Safe: the message is copied before another call can change it.
    let message = unsafe String(cString: sqlite3_errmsg(connection))
    return wrong(statement, "SQLite cannot take this statement: \(message)")
  }

  /// Prepares a statement and runs it, which makes a table, an index or a view.
  private func run(_ statement: SQLStatement, as phase: SandboxRules.Phase) throws {
    unsafe try prepare(statement.text, of: statement, as: phase) { prepared in
      // Safe: the statement lives until `prepare` ends.
      guard unsafe sqlite3_step(prepared) == SQLITE_DONE else { throw refusal(statement) }
    }
  }

  /// Prepares a statement that is to run over batches.
  private func approve(_ statement: SQLStatement, as phase: SandboxRules.Phase) throws {
    unsafe try prepare(statement.text, of: statement, as: phase) { prepared in
      // Safe: the statement lives until `prepare` ends; nothing is run.
      let isReadOnly = unsafe sqlite3_stmt_readonly(prepared) != 0
      let parameters = unsafe sqlite3_bind_parameter_count(prepared)
      if isReadOnly { throw wrong(statement, "this statement changes nothing") }
      if parameters > 0 { throw wrong(statement, "there is nothing to put in place of ? or :name") }
    }
  }

  /// Reads the view that was made last, by the rules of whoever asks it.
  private func approveView(_ statement: SQLStatement) throws {
    let newest = texts(
      "SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY rowid DESC LIMIT 1")
    guard let name = newest.first?[0] else {
      throw wrong(statement, "a view of that name is there already")
    }
    try checkName(name, of: statement)
    rules.own.insert(name)
    unsafe try prepare("SELECT * FROM \"\(name)\"", of: statement, as: .views) { _ in }
  }

  // MARK: Tables

  private func tables(but known: [String]) -> [String] {
    texts(
      """
      SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 8) <> '_rapport'
        AND name NOT LIKE 'sqlite_%' ORDER BY rowid
      """
    ).compactMap { $0[0] }.filter { !known.contains($0) }
  }

  private func checkName(_ name: String, of statement: SQLStatement) throws {
    let isPlain = name.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
    }
    guard isPlain, name.utf8.first.map({ $0 >= 0x61 }) ?? false, name != "batch",
      !rules.modules.contains(name), !SandboxRules.modulesAllowed.contains(name),
      !name.hasPrefix("sqlite_"), !name.hasPrefix("pragma_")
    else {
      throw wrong(
        statement,
        "a table or view is called in lower-case letters, digits and _, and not batch or as SQLite's own"
      )
    }
  }

  /// A read model's table is STRICT, has a primary key, and holds integers and texts that follow from events alone.
  private func inspect(_ name: String, of statement: SQLStatement) throws {
    try checkName(name, of: statement)
    let isStrict = texts("SELECT strict FROM pragma_table_list('\(name)') WHERE schema = 'main'")
    guard isStrict.first?[0] == "1" else {
      throw wrong(statement, "the table \(name) lacks STRICT behind its closing parenthesis")
    }
    // Rows are compared and handed out in the order of their keys, by bytes.
    let collations = texts(
      """
      SELECT x.coll FROM pragma_index_list('\(name)') AS i, pragma_index_xinfo(i.name) AS x
        WHERE x.key AND x.coll <> 'BINARY'
      """)
    guard collations.isEmpty else {
      throw wrong(
        statement, "a collation in the key of \(name); keys are compared by their bytes",
        "view.forbidden")
    }
    let columns = texts("SELECT name, type, dflt_value, pk FROM pragma_table_xinfo('\(name)')")
    guard columns.contains(where: { $0[3] != "0" }) else {
      throw wrong(statement, "the table \(name) has no PRIMARY KEY")
    }
    for column in columns {
      let title = "\(name).\(column[0] ?? "")"
      guard ["INTEGER", "INT", "TEXT"].contains(column[1]?.uppercased()) else {
        throw wrong(
          statement, "\(title) is neither INTEGER nor TEXT; sums of money are whole millionths")
      }
      if let value = column[2], !Self.isLiteral(value) {
        throw wrong(
          statement, "the default of \(title) is no plain number or text", "view.forbidden")
      }
    }
    guard texts("SELECT 1 FROM pragma_foreign_key_list('\(name)')").isEmpty else {
      throw wrong(
        statement, "the table \(name) has a foreign key; rows come in the order of the events")
    }
    guard texts("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").isEmpty else {
      throw wrong(
        statement, "AUTOINCREMENT counts runs, not events; take the primary key from the event",
        "view.forbidden")
    }
    guard statement.comments > columns.count else {
      throw wrong(
        statement,
        "the table \(name) has \(columns.count) columns and \(statement.comments) comments; put one "
          + "behind its opening parenthesis and one behind every column: it is what a reader has")
    }
  }

  private static func isLiteral(_ value: String) -> Bool {
    guard let first = value.utf8.first else { return true }
    return first == UInt8(ascii: "'") || (0x30...0x39).contains(first)
      || first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
      || ["NULL", "TRUE", "FALSE"].contains(value.uppercased())
  }

  // MARK: For this file

  private func make(_ sql: String) {
    // Safe: SQLite copies what it keeps of the text.
    guard unsafe sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else {
      preconditionFailure("the program's own tables can be made")
    }
  }

  /// The rows of a query of ours, as texts.
  private func texts(_ sql: String) -> [[String?]] {
    var statement: OpaquePointer?
    // Safe: the statement is ours, finalized once; each text is copied before it moves on.
    guard unsafe sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK else {
      preconditionFailure("the program's own queries can be prepared")
    }
    defer { unsafe sqlite3_finalize(statement) }
    var rows: [[String?]] = []
    while unsafe sqlite3_step(statement) == SQLITE_ROW {
      rows.append(
        (0..<(unsafe sqlite3_column_count(statement))).map { column in
          unsafe sqlite3_column_text(statement, column).map { unsafe String(cString: $0) }
        })
    }
    return rows
  }
}

/// What the authorizer goes by.
private final class SandboxRules {
  enum Phase {
    /// Queries of this file.
    case own
    case tables, indexes, statements, views
  }

  static let modulesAllowed: Set = ["json_each", "json_tree"]
  /// What the same values always give, whatever the order of the rows. Left out: what knows the clock or chance, counts
  /// the connection's changes, sums fractions, or joins values in the order in which they come.
  static let functions: Set = [
    "->", "->>", "abs", "ceil", "ceiling", "char", "coalesce", "count", "cume_dist", "dense_rank",
    "first_value", "floor", "format", "glob", "hex", "ifnull", "iif", "instr", "json", "json_array",
    "json_array_length", "json_extract", "json_insert", "json_object", "json_patch", "json_quote",
    "json_remove", "json_replace", "json_set", "json_type", "json_valid", "lag", "last_value",
    "lead", "length", "like", "likelihood", "likely", "lower", "ltrim", "max", "min", "mod",
    "nth_value", "ntile", "nullif", "percent_rank", "printf", "quote", "rank", "replace", "round",
    "row_number", "rtrim", "sign", "substr", "substring", "sum", "trim", "trunc", "typeof",
    "unicode", "unlikely", "upper",
  ]
  private static let schemaTables: Set = ["sqlite_master", "sqlite_schema"]

  var phase = Phase.own
  /// Tables and SQL views of the model.
  var own: Set<String> = []
  /// Virtual tables that SQLite has of itself and a model may not use.
  var modules: Set<String> = []
  var readsCustomer = false
  /// The sentence for the first thing that was refused.
  var refusal: String?

  private func refuse(_ sentence: String) -> CInt {
    if refusal == nil { refusal = sentence }
    return SQLITE_DENY
  }

  func decide(
    _ action: CInt, _ first: String, _ second: String, _ database: String
  ) -> CInt {
    switch (action, phase) {
    case (_, .own): return SQLITE_OK
    case (SQLITE_SELECT, .statements), (SQLITE_SELECT, .views), (SQLITE_RECURSIVE, .statements),
      (SQLITE_RECURSIVE, .views):
      return SQLITE_OK
    case (SQLITE_READ, _): return read(first, second)
    case (SQLITE_FUNCTION, .views):
      return second == "load_extension" ? refuse("it may not load extensions") : SQLITE_OK
    case (SQLITE_FUNCTION, _):
      return Self.functions.contains(second)
        ? SQLITE_OK
        : refuse(
          "the function \(second) is not allowed: rows follow from the events alone, not from the "
            + "clock, chance or the order of rows")
    case (SQLITE_INSERT, .statements), (SQLITE_UPDATE, .statements), (SQLITE_DELETE, .statements):
      return own.contains(first) && database == "main"
        ? SQLITE_OK : refuse("it may not change \(first): only tables of its own")
    case (SQLITE_CREATE_TABLE, .tables), (SQLITE_CREATE_VIEW, .indexes):
      return database == "main" ? SQLITE_OK : refuse("it stays in the file of the view")
    case (SQLITE_CREATE_INDEX, .tables): return SQLITE_OK
    case (SQLITE_CREATE_INDEX, .indexes):
      return own.contains(second) && database == "main"
        ? SQLITE_OK : refuse("it may not index \(second): only tables of its own")
    case (SQLITE_REINDEX, .indexes): return SQLITE_OK
    case (SQLITE_INSERT, .tables), (SQLITE_INSERT, .indexes), (SQLITE_UPDATE, .tables),
      (SQLITE_UPDATE, .indexes), (SQLITE_DELETE, .tables), (SQLITE_DELETE, .indexes):
      return Self.schemaTables.contains(first) && database == "main"
        ? SQLITE_OK : refuse("this statement does more than make a table, an index or a view")
    default: return refuse("this statement does what a view may not do")
    }
  }

  private func read(_ table: String, _ column: String) -> CInt {
    if own.contains(table) { return SQLITE_OK }
    switch phase {
    case .statements:
      if table == "batch" {
        if column == "customer" { readsCustomer = true }
        return SQLITE_OK
      }
    case .views: if table == "_rapport" { return SQLITE_OK }
    case .tables, .indexes:
      // A table that is being made reads its own columns, and is not known yet.
      let isOther = table.hasPrefix("_rapport") || modules.contains(table)
      if Self.schemaTables.contains(table) || !isOther { return SQLITE_OK }
    case .own: return SQLITE_OK
    }
    if phase == .statements || phase == .views {
      if Self.modulesAllowed.contains(table) { return SQLITE_OK }
      // A name that WITH gives comes with no column.
      let isReserved =
        ["sqlite_", "pragma_", "_rapport"].contains { table.hasPrefix($0) }
        || modules.contains(table) || table == "batch"
      if column.isEmpty, !isReserved { return SQLITE_OK }
    }
    return refuse("it may not read \(table): only batch and tables of its own")
  }
}

/// The authorizer.
private func authorize(
  _ context: UnsafeMutableRawPointer?, _ action: CInt, _ first: UnsafePointer<CChar>?,
  _ second: UnsafePointer<CChar>?, _ database: UnsafePointer<CChar>?,
  _ inner: UnsafePointer<CChar>?
) -> CInt {
  guard let context = unsafe context else { return SQLITE_DENY }
  // Safe: SQLite's strings live until this function returns; the context is the rules of the sandbox that set it.
  func name(_ text: UnsafePointer<CChar>?) -> String {
    unsafe text.map { unsafe String(cString: $0).lowercased() } ?? ""
  }
  let rules = unsafe Unmanaged<SandboxRules>.fromOpaque(context).takeUnretainedValue()
  return unsafe rules.decide(action, name(first), name(second), name(database))
}
