// The definition by which the rows of a file were made, kept in it: who goes back to the file goes back to its definition.

import GRDB

/// The table `_rapport_definition`, in files of models whose rows depend on a text.
enum DefinitionTable {
  static let sql = """
    CREATE TABLE _rapport_definition ( -- By what definition the rows were made: one row
      name TEXT NOT NULL PRIMARY KEY, -- name of the read model
      text TEXT NOT NULL -- its definition, whole
    ) STRICT;
    """

  /// Makes the table, and the row of `model`; nothing where the model is its program alone.
  static func make(for model: any ModelDefinition, in db: Database) throws {
    guard let text = model.definition else { return }
    try db.execute(sql: sql)
    try db.execute(
      sql: "INSERT INTO _rapport_definition VALUES (?, ?)", arguments: [model.name, text])
  }

  /// The definition that a file tells of; nil where it tells of none.
  static func text(of name: String, in db: Database) throws -> String? {
    guard try db.tableExists("_rapport_definition") else { return nil }
    return try String.fetchOne(
      db, sql: "SELECT text FROM _rapport_definition WHERE name = ?", arguments: [name])
  }
}
