// `index/reactions`: up to where the ledger has looked for what follows by itself. Derived; losing it costs a scan.

import Disk
import JSONBytes
import LogEngine

/// Reads and writes the mark of one ledger.
enum ReactionMark {
  static let fileName = "reactions"
  /// So many events without anything to look at, and the mark is moved all the same.
  static let distanceMax: UInt64 = 10_000

  private static let folder = "index"
  private static let sizeMax = 4_096

  /// Everything before it was looked at; the beginning where there is no mark, where it cannot be read, and where it is
  /// of another ledger or of a longer one: events of a ledger that was restored are looked at again.
  static func read(_ ledger: Ledger, end: Position) -> Position {
    do {
      let path = "\(ledger.directory)/\(folder)/\(fileName)"
      let files = LinuxFileSystem()
      guard try files.exists(path) else { return .zero }
      let mark = try JSONDocument(scanning: files.contents(of: path, sizeMax: sizeMax)).root
      guard mark["ledger"]?.equals(ledger.log.description.origin) == true,
        let position = mark["position"]?.integer.flatMap({ UInt64(exactly: $0) }),
        position <= end.value
      else { return .zero }
      return Position(position)
    } catch {
      // A mark is a hint: what it would have saved is done again, and nothing is added twice.
      return .zero
    }
  }

  /// Moves the mark. Durable when this returns.
  static func write(_ position: Position, of ledger: Ledger) throws(DiskError) {
    let mark: JSONValue = [
      "ledger": .string(ledger.log.description.origin), "position": .integer(position.value),
    ]
    let files = LinuxFileSystem()
    let path = "\(ledger.directory)/\(folder)"
    try files.makeDirectory(path)
    try DurableReplace.write(
      Array("\(mark.text)\n".utf8), to: fileName, in: path, on: files)
  }
}
