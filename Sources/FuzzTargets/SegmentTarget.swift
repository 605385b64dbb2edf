import Disk

@testable import LogEngine

/// A segment of any bytes: opened, and everything read that can be read of it.
enum SegmentTarget {
  /// More rows are not put together: time goes by the rows, and the parsers do not change with them.
  private static let rowsMax = 4_096

  static func open(_ bytes: [UInt8]) -> SegmentFile? {
    guard case .whole(let header) = SegmentHeader.read(bytes) else { return nil }
    // Whatever is no segment is what most inputs are.
    return try? SegmentFile.open(
      MemoryFile(bytes: bytes), name: "00000000000000000000.segment", ledger: header.ledger,
      first: header.first)
  }

  static func run(_ input: [UInt8]) {
    guard let file = open(Fixing.segment(input)) else { return }
    reads(file)
  }

  /// Runs a read of which only the return matters.
  private static func attempt(_ body: () throws -> Void) {
    // Damage is what most inputs are.
    try? body()
  }

  private static func reads(_ file: SegmentFile) {
    let rows = min(file.count, rowsMax)
    for row in Set([0, 1, file.count / 2, file.count - 1]) where row < file.count {
      attempt { _ = try file.entry(row: row) }
      attempt { _ = try file.recorded(row: row) }
      attempt {
        let (name, _) = try file.customer(ofRow: row)
        _ = try file.rows(ofCustomer: name[...])
      }
    }
    attempt { _ = try file.entries(rows: 0..<rows) }
    attempt { _ = try file.entries([file.count - 1]) }
    attempt { _ = try file.rows(ofCustomer: Array("customer-3".utf8)[...]) }
    attempt { _ = try file.customers() }
    attempt { _ = try file.customerEnds() }
    attempt { for hash in try file.idHashes().prefix(4) { _ = try file.mayHold(idHash: hash) } }
    attempt { _ = try file.mayHold(idHash: 0xFFFF_0001) }
    attempt {
      _ = try file.row(ofSource: Array("/shop".utf8)[...], id: Array("e-7".utf8)[...])
    }
    attempt { _ = try file.rows(0..<rows, ofTypes: ["order.completed"]) }
    attempt { _ = try file.startFrontier() }
    attempt { _ = try file.frontier(at: file.header.next) }
    _ = file.fixedPartsFindings()
    _ = file.columnFindings()
    // Once more with what the caches hold now.
    attempt { _ = try file.entry(row: file.count / 2) }
    attempt { _ = try file.entries(rows: 0..<min(rows, 64)) }
  }
}
