// What is told of a read model to those who only look.

package import LogEngine

/// How a read model stands.
package struct ModelStatus: Hashable, Sendable {
  package var name: String
  /// Version of the projector of this program.
  package var version: Int
  /// The ledger's end.
  package var end: Position
  /// What the file says of itself; nil where it is missing or says nothing.
  package var progress: Progress?
  /// Why the next use will build it anew; nil if it will not.
  package var finding: RebuildReason?

  /// Events that the ledger holds and the model does not.
  package var lag: UInt64 {
    end.value - min(progress?.position.value ?? 0, end.value)
  }
}

/// A model's rows against the same rows folded anew.
package struct ModelVerification: Hashable, Sendable {
  /// Why no comparison was possible; nil where there was one.
  package var finding: RebuildReason?
  /// The digest of the file.
  package var found: ContentDigest?
  /// The digest of the rows folded anew.
  package var expected: ContentDigest?

  package var isWhole: Bool { finding == nil && found == expected }

  /// The tables whose rows are not those of the ledger.
  package var tablesDiffering: [String] {
    guard let found, let expected else { return [] }
    return found.tablesDiffering(from: expected)
  }
}
