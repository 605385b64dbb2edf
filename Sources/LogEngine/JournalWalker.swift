internal import Disk
internal import JSONBytes
internal import Transparency

/// Steps through the frames of one journal file, from the start or from a known place.
struct JournalWalker {
  enum Step: Sendable {
    /// A frame whose header, payload CRC and trailer are right.
    case frame(FrameHeader, bytes: [UInt8], payload: Range<Int>)
    /// Zeros, or the end of the file, exactly where a frame would start.
    case end
    /// Something else; the words say what.
    case invalid(String)
  }

  let file: any ReadableFile
  let name: String
  let ledger: LedgerID
  private let fileSize: UInt64
  private(set) var offset: UInt64

  /// How much is read at once while looking for frames behind damage.
  private static let windowSize = 1 << 20

  init(
    _ file: any ReadableFile, name: String, ledger: LedgerID,
    from offset: UInt64 = UInt64(Limits.pageSize)
  ) throws(DiskError) {
    self.file = file
    self.name = name
    self.ledger = ledger
    self.offset = offset
    fileSize = try file.size()
  }

  /// The frame at the walker's place, which must start at `expected`. Does not move.
  func step(expecting expected: Position) throws(DiskError) -> Step {
    guard offset < fileSize else { return .end }
    let page = Int(min(UInt64(Limits.pageSize), fileSize - offset))
    let head = try file.read(at: offset, count: page)
    if head.allSatisfy({ $0 == 0 }) { return .end }
    guard let header = FrameHeader(head) else {
      return .invalid("the frame's header fails its check")
    }
    if header.ledger != ledger { return .invalid("the frame belongs to another ledger") }
    if header.first != expected {
      return .invalid("the frame starts at position \(header.first), not at \(expected)")
    }
    return try whole(header, head: head, at: offset, false)
  }

  private func whole(
    _ header: FrameHeader, head: [UInt8], at offset: UInt64, _ skippingUnreadable: Bool
  ) throws(DiskError) -> Step {
    guard offset + UInt64(header.frameSize) <= fileSize else {
      return .invalid("the file ends inside the frame")
    }
    var bytes = head
    if header.frameSize > head.count {
      bytes += try read(
        at: offset + UInt64(head.count), count: header.frameSize - head.count, skippingUnreadable)
    }
    guard let payload = Frame.payload(of: header, in: bytes) else {
      return .invalid("the frame's payload or trailer fails its check")
    }
    return .frame(header, bytes: bytes, payload: payload)
  }

  mutating func advance(past header: FrameHeader) { offset += UInt64(header.frameSize) }

  mutating func move(to offset: UInt64) { self.offset = offset }

  /// The first whole frame of this ledger on a later page that starts behind `position`: proof that what lies
  /// between was committed and is damaged, because a frame is written only after the one before it was synced.
  ///
  /// A device that cannot read a page throws, unless `skippingUnreadable`: then no frame is on that page.
  func laterFrame(
    after position: Position, skippingUnreadable: Bool
  ) throws(DiskError) -> (FrameHeader, UInt64)? {
    var start = offset + UInt64(Limits.pageSize)
    while start < fileSize {
      let count = Int(min(UInt64(Self.windowSize), fileSize - start))
      let window = try read(at: start, count: count, skippingUnreadable)
      var place = 0
      while place < window.count {
        if window[place] == FrameHeader.magic[0], let header = FrameHeader(window, at: place),
          header.ledger == ledger, header.first > position
        {
          let found = start + UInt64(place)
          let end = min(place + Limits.pageSize, window.count)
          let step = try whole(
            header, head: Array(window[place..<end]), at: found, skippingUnreadable)
          if case .frame = step { return (header, found) }
        }
        place += Limits.pageSize
      }
      start += UInt64(count)
    }
    return nil
  }

  /// Bytes of the file; where `skipping`, a page that the device cannot read is zeros.
  private func read(
    at offset: UInt64, count: Int, _ skipping: Bool
  ) throws(DiskError) -> [UInt8] {
    do throws(DiskError) {
      return try file.read(at: offset, count: count)
    } catch {
      guard skipping, error.number == Errno.io else { throw error }
      guard count > Limits.pageSize else { return Array(repeating: 0, count: count) }
      var bytes: [UInt8] = []
      while bytes.count < count {
        let rest = min(Limits.pageSize, count - bytes.count)
        bytes += try read(at: offset + UInt64(bytes.count), count: rest, skipping)
      }
      return bytes
    }
  }
}
