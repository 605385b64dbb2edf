package import JSONBytes
package import Transparency

/// An event as its caller prepared it: canonical, checked, and without what only the ledger can say.
///
/// `bytes` is the canonical entry without `recordedtime`, `revision` and `sequence`; the three cuts tell where the
/// builder inserts them, so that under the sequencer only a short piece is written.
package struct NewEvent: Sendable {
  package var bytes: [UInt8]
  /// Offsets in `bytes`, ascending: before them stand `recordedtime`, `revision`, `sequence`.
  package var recordedCut: Int
  package var revisionCut: Int
  package var sequenceCut: Int
  /// Of `source` and `id`: the idempotency key.
  package var key: Hash128
  /// The customer; nil for events about the whole ledger.
  package var customer: Hash128?
  /// When it happened.
  package var time: Timestamp
  /// Whether it changes which customers are one person: what an append with `groupsAsOf` wants to be sure of.
  package var changesGroups = false
  /// Whether a stored entry with the same source and id holds the same content. The engine holds no keys: who
  /// encrypts fields brings a function that decrypts them.
  package var matches: @Sendable (_ stored: ArraySlice<UInt8>, _ submitted: NewEvent) -> Bool

  package init(
    bytes: [UInt8], recordedCut: Int, revisionCut: Int, sequenceCut: Int, key: Hash128,
    customer: Hash128?, time: Timestamp,
    matches: @escaping @Sendable (ArraySlice<UInt8>, NewEvent) -> Bool = EntryContent.isSame
  ) {
    precondition(
      0 <= recordedCut && recordedCut <= revisionCut && revisionCut <= sequenceCut
        && sequenceCut < bytes.count, "cuts ascend within the entry")
    self.bytes = bytes
    self.recordedCut = recordedCut
    self.revisionCut = revisionCut
    self.sequenceCut = sequenceCut
    self.key = key
    self.customer = customer
    self.time = time
    self.matches = matches
  }

  /// The same, with the hashes taken from the texts themselves: `source`, `id` and `subject` as UTF-8, escapes undone.
  package init(
    bytes: [UInt8], recordedCut: Int, revisionCut: Int, sequenceCut: Int, source: String,
    id: String,
    subject: String?, time: Timestamp,
    matches: @escaping @Sendable (ArraySlice<UInt8>, NewEvent) -> Bool = EntryContent.isSame
  ) {
    self.init(
      bytes: bytes, recordedCut: recordedCut, revisionCut: revisionCut, sequenceCut: sequenceCut,
      key: Hash128.of(source: Array(source.utf8)[...], id: Array(id.utf8)[...]),
      customer: subject.map { Hash128.of(subject: Array($0.utf8)[...]) }, time: time,
      matches: matches)
  }

  private static let recordedName = Array("\"recordedtime\":\"".utf8)
  private static let revisionName = Array("\"revision\":".utf8)
  private static let stringEnd = Array("\",".utf8)
  private static let sequenceName = Array("\"sequence\":\"".utf8)

  /// Most bytes that the ledger's three attributes add.
  package static let addedSizeMax = 16 + Timestamp.writtenSize + 2 + 11 + 10 + 1 + 12 + 20 + 2

  /// Appends the finished entry.
  func write(
    recorded: [UInt8], revision: UInt32?, position: Position, to output: inout [UInt8]
  ) {
    output.append(bytes, from: 0, to: recordedCut)
    output.append(Self.recordedName, from: 0, to: Self.recordedName.count)
    output.append(recorded, from: 0, to: recorded.count)
    output.append(Self.stringEnd, from: 0, to: 2)
    output.append(bytes, from: recordedCut, to: revisionCut)
    if let revision {
      output.append(Self.revisionName, from: 0, to: Self.revisionName.count)
      output.appendDecimal(UInt64(revision))
      output.append(UInt8(ascii: ","))
    }
    output.append(bytes, from: revisionCut, to: sequenceCut)
    output.append(Self.sequenceName, from: 0, to: Self.sequenceName.count)
    output.appendDecimal(position.value, width: 20)
    output.append(Self.stringEnd, from: 0, to: 2)
    output.append(bytes, from: sequenceCut, to: bytes.count)
  }
}

/// What makes two events with one source and id the same.
package enum EntryContent {
  private static let compared = ["type", "subject", "time", "data"]

  /// Compares `type`, `subject`, `time` and `data` of a stored entry with a submitted event. Both are canonical, so
  /// equal content has equal bytes.
  package static func isSame(stored: ArraySlice<UInt8>, submitted: NewEvent) -> Bool {
    guard let one = document(Array(stored)), let other = document(submitted.bytes) else {
      return false
    }
    return compared.allSatisfy { name in
      switch (one.root[name], other.root[name]) {
      case (nil, nil): true
      case (let a?, let b?): a.source == b.source
      default: false
      }
    }
  }

  private static func document(_ bytes: [UInt8]) -> JSONDocument? {
    // Both texts were written by the canonical writer; one that does not scan is simply not the same.
    try? JSONDocument(scanning: bytes)
  }
}
