// The content digest of a read model: equal exactly when its rows are.

package import GRDB

/// The digest of one table.
package struct TableDigest: Hashable, Sendable {
  package var table: String
  package var digest: String
  package var rows: Int

  /// Joins the parts.
  package init(table: String, digest: String, rows: Int) {
    self.table = table
    self.digest = digest
    self.rows = rows
  }
}

/// The digest of a read model, and those of its tables in name order.
package struct ContentDigest: Hashable, Sendable {
  /// `sha256:` and 64 hexadecimal digits.
  package var digest: String
  package var tables: [TableDigest]

  package var rows: Int { tables.reduce(0) { $0 + $1.rows } }

  /// `sha256:` and the digest of any bytes.
  static func text(of bytes: [UInt8]) -> String { Digest.text(of: bytes) }

  /// Names of the tables that differ from `other`'s, or are in one of the two only.
  package func tablesDiffering(from other: ContentDigest) -> [String] {
    let mine = Set(tables)
    let theirs = Set(other.tables)
    return Set(mine.symmetricDifference(theirs).map(\.table)).sorted()
  }
}

/// Makes digests that depend on nothing but the rows: not on the layout of pages, the order of insertion, indexes or
/// the version of SQLite.
///
/// For each table in the order of the UTF-8 bytes of its name, the table digest is SHA-256 over its rows in
/// primary-key order. A row is the values of its columns, in the order of the table, one behind the other:
///
///     value := type(1) count(8, big-endian) bytes(count)
///
///     type   bytes
///        0   none: NULL
///        1   the integer, 8 bytes, two's complement, big-endian
///        2   the text's UTF-8
///
/// Reals and blobs are refused: a read model has none. The content digest is SHA-256 over, for each table, its name
/// (as a text value) and its 32-byte digest. `_rapport` and what begins so is left out, as are SQLite's own tables.
package enum Digest {
  /// The digest of everything in `db`. Reads every row once.
  package static func contents(of db: Database) throws -> ContentDigest {
    let names = try String.fetchAll(
      db,
      sql: """
        SELECT name FROM sqlite_master WHERE type = 'table'
          AND substr(name, 1, 8) <> '_rapport' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name
        """)
    return contents(
      of: try names.map { name in
        let (digest, rows) = try table(name, in: db)
        return (name, digest, rows)
      })
  }

  /// The digest of tables, in name order, whose own are known.
  static func contents(of tables: [(name: String, digest: [UInt8], rows: Int)]) -> ContentDigest {
    var whole = CanonicalBuffer()
    for table in tables {
      whole.append(text: table.name)
      whole.append(bare: table.digest)
    }
    return ContentDigest(
      digest: text(whole.finish()),
      tables: tables.map { TableDigest(table: $0.name, digest: text($0.digest), rows: $0.rows) })
  }

  /// The digest of one table, and how many rows it has.
  static func table(_ name: String, in db: Database) throws -> ([UInt8], Int) {
    let key = try db.primaryKey(name).columns.map(\.quotedDatabaseIdentifier)
      .joined(separator: ", ")
    let reader = try RowReader(
      "SELECT * FROM \(name.quotedDatabaseIdentifier) ORDER BY \(key)", [], in: db)
    defer { reader.finish() }
    var buffer = CanonicalBuffer()
    var rows = 0
    while try reader.next() {
      if let column = reader.write(canonicalTo: &buffer) {
        throw ProjectionError.undigestible(table: name, column: column)
      }
      rows += 1
    }
    return (buffer.finish(), rows)
  }

  /// The digest of these bytes themselves.
  static func text(of bytes: [UInt8]) -> String {
    var buffer = CanonicalBuffer()
    buffer.append(bare: bytes)
    return text(buffer.finish())
  }

  private static func text(_ digest: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var hex = Array("sha256:".utf8)
    for byte in digest { hex += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: hex, as: UTF8.self)
  }
}
