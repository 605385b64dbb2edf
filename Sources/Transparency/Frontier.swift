/// What must be remembered of a tree so that it can grow: the roots of its perfect subtrees.
///
/// A tree of *n* leaves (RFC 6962, section 2.1) is a row of perfect trees, one for each 1-bit of
/// *n*, the largest first; leaves already in it are never needed again. At most 64 hashes, whatever
/// the size.
///
///     size 7 = 0b111          root
///                            /    \
///                   [ 0–3 ]        .        hashes: root of 0–3, root of 4–5, leaf 6
///                              [4–5] [6]
package struct Frontier: Hashable, Sendable {
  /// Leaves in the tree.
  package private(set) var size: UInt64
  /// Roots of the perfect subtrees, the largest (the leftmost) first: one for each 1-bit of
  /// ``size``.
  package private(set) var hashes: [MerkleHash]

  /// The tree without leaves.
  package init() {
    size = 0
    hashes = []
  }

  /// The frontier of a tree of `size` leaves, as it was kept; nil unless there is one hash for each
  /// 1-bit of `size`.
  ///
  /// Whether they are the right hashes only the root tells: compare ``root`` with one that is
  /// known.
  package init?(size: UInt64, hashes: [MerkleHash]) {
    guard hashes.count == size.nonzeroBitCount else { return nil }
    self.size = size
    self.hashes = hashes
  }

  /// Adds a leaf at the right end. Costs one node's hash on average, at most one for each bit of
  /// ``size``.
  package mutating func append(_ leaf: MerkleHash) {
    // As in counting: each low 1-bit is a perfect tree as large as the one that arrives, and both
    // become one.
    var grown = leaf
    for _ in 0..<(~size).trailingZeroBitCount { grown = .node(hashes.removeLast(), grown) }
    hashes.append(grown)
    size += 1
  }

  /// Adds leaves at the right end, in order: the same as one after another, and faster, because the nodes of a level
  /// are hashed together.
  package mutating func append(contentsOf leaves: [MerkleHash]) {
    var level = leaves
    var roots: [MerkleHash] = []
    var rest = size
    while !level.isEmpty {
      // The perfect tree of this height that was there stands to the left of all that come.
      if rest & 1 == 1 { level.insert(hashes.removeLast(), at: 0) }
      if level.count % 2 == 1 { roots.append(level.removeLast()) }
      level = MerkleHash.nodes(level)
      rest >>= 1
    }
    hashes += roots.reversed()
    size += UInt64(leaves.count)
  }

  /// The tree's root; ``MerkleHash/empty`` without leaves. Costs one node's hash fewer than there
  /// are ``hashes``.
  package var root: MerkleHash {
    guard let last = hashes.last else { return .empty }
    return hashes.dropLast().reversed().reduce(last) { right, left in .node(left, right) }
  }
}
