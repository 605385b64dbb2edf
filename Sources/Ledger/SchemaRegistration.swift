// `schema.registered`: that a version of a type of the ledger's own is in force is part of the history.

package import EventCatalog
import JSONBytes
import LogEngine
import Projection
import Transparency

extension Ledger {
  /// Appends `schema.registered` for each of these schemas that no event tells of yet with this content; durable when this
  /// returns. Gives how many. The same again appends nothing. They are files of `catalog`; nil for the ledger's own.
  ///
  /// A ledger that does not tell of itself appends none. Throws what an append throws; doing it again appends the rest.
  /// Cost: a scan that steps over blocks without such events.
  package func registerSchemas(
    _ schemas: [Catalog.File], of catalog: Catalog? = nil
  ) async throws -> Int {
    guard tellsOfItself, !schemas.isEmpty else { return 0 }
    let types = (catalog ?? self.catalog).types
    let identifiers = Dictionary(
      uniqueKeysWithValues: types.flatMap(\.schemas).map { ($0.file, $0.identifier) })
    var known = try registeredSchemas()
    let now = Self.now().text
    var events: [NewEvent] = []
    for file in schemas {
      guard let identifier = identifiers[file.name] else {
        preconditionFailure("\(file.name) is a file of the catalogue")
      }
      let entry = Registered(schema: identifier, contentHash: Self.hash(file.text))
      guard known.insert(entry).inserted else { continue }
      let id = Self.hash(Array("\(entry.schema)\n\(entry.contentHash)".utf8)).dropFirst(7)
      events += try own([
        "specversion": "1.0", "id": .string("schema-\(id.prefix(32))"),
        "source": .string("/\(log.description.origin)"), "type": "schema.registered",
        "time": .string(now), "dataschema": "schema.registered/1", "authtype": "system",
        "authid": "rapport",
        "data": [
          "schema": .string(entry.schema), "contentHash": .string(entry.contentHash),
        ],
      ])
    }
    for start in stride(from: 0, to: events.count, by: Self.registeredAtOnce) {
      _ = try await log.append(Array(events[start...].prefix(Self.registeredAtOnce)))
    }
    return events.count
  }

  /// So many are far from the most bytes of an append.
  private static let registeredAtOnce = 1_000

  private struct Registered: Hashable {
    var schema: String
    var contentHash: String
  }

  private func registeredSchemas() throws -> Set<Registered> {
    var found: Set<Registered> = []
    let mapper = mapper
    var next = Position.zero
    while next < log.end {
      let batch = try log.read(Selection(types: ["schema.registered"]), from: next)
      for row in batch.rows {
        let data = try mapper.decode(batch.entry(row), at: row.position).data
        guard let schema = data["schema"]?.string, let hash = data["contentHash"]?.string else {
          continue
        }
        found.insert(Registered(schema: schema, contentHash: hash))
      }
      next = batch.next
    }
    return found
  }

  private static func hash(_ bytes: [UInt8]) -> String {
    var hasher = ContentHasher()
    hasher.update(bytes)
    return "sha256:\(hasher.hex())"
  }
}
