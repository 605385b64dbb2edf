internal import Disk
internal import Transparency

/// What a segment gives for the tree: frontiers and roots within it, computed from its entries.
extension SegmentFile {
  /// Entries that are put together at once.
  static let runLength = 4_096

  /// The frontier of the log's first `size` events, which lies in this segment, or at one of its ends. Cost: every
  /// entry before it in this segment is put together and hashed.
  func frontier(at size: Position) throws(ReadError) -> Frontier {
    try frontier(at: size, from: try startFrontier())
  }

  /// The same, going on from a frontier that lies in this segment already.
  func frontier(at size: Position, from known: Frontier) throws(ReadError) -> Frontier {
    precondition(size >= header.first && size <= header.next, "a size within the segment")
    var frontier = known
    let end = Int(size.value - header.first.value)
    while Int(frontier.size - header.first.value) < end {
      let row = Int(frontier.size - header.first.value)
      let (raw, entries) = try entries(rows: row..<min(end, row + Self.runLength))
      frontier.append(contentsOf: MerkleHash.leaves(raw, in: entries))
    }
    return frontier
  }
}
