internal import Disk
internal import JSONBytes
internal import Transparency

final class SegmentFile: Sendable {
  enum Problem: Error {
    case newer(Int)
    case foreign
    case damaged(offset: UInt64, detail: String)
    case disk(DiskError)
    var offset: UInt64 { 0 }
    var detail: String { "" }
  }
  let header: SegmentHeader
  init(header: SegmentHeader) { self.header = header }
  static func open(_ file: any ReadableFile, name: String, ledger: LedgerID, first: Position)
    throws(Problem) -> SegmentFile
  { throw .newer(2) }
  func entries(rows: Range<Int>) throws(ReadError) -> (raw: [UInt8], entries: [Range<Int>]) {
    fatalError()
  }
  func entry(row: Int) throws(ReadError) -> [UInt8] { fatalError() }
  func rows(ofCustomer subject: ArraySlice<UInt8>) throws(ReadError) -> [UInt32] { fatalError() }
  func entries(_ rows: [Int]) throws(ReadError) -> (raw: [UInt8], entries: [Range<Int>]) {
    fatalError()
  }
  func rows(_ range: Range<Int>, ofTypes: Set<String>?) throws(ReadError) -> [Int] { fatalError() }
  func recorded(row: Int) throws(ReadError) -> Timestamp { fatalError() }
  func startFrontier() throws(ReadError) -> Frontier { fatalError() }
}
struct SegmentBuilder: Sendable {
  init(ledger: LedgerID, first: Position, frontier: Frontier, level: Int32) { fatalError() }
  mutating func add(_ raw: [UInt8], entries: [Range<Int>]) {}
  var count: Int { 0 }
  mutating func write<E: Error>(root: MerkleHash, to write: (_ piece: [UInt8]) throws(E) -> Void)
    throws(E) -> SegmentHeader
  { fatalError() }
}
