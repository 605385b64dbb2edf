// LZ4 blocks: round trips, damage of every kind, and blocks that others have made.
import Disk
import RapportTesting
import Testing

struct LZ4Tests {
  private func decompressed(_ stored: [UInt8], size: Int) -> [UInt8]? {
    LZ4.decompressed(stored, in: 0..<stored.count, size: size)
  }

  /// Bytes that compress somewhat: words of few letters, with noise between.
  private func text(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    let words = (0..<8).map { _ in random.bytes(1 + random.below(9)) }
    var text: [UInt8] = []
    while text.count < count { text += random.chance(80) ? random.pick(words) : random.bytes(2) }
    return Array(text.prefix(count))
  }

  @Test func everySizeComesBack() {
    for size in 0...300 {
      for bytes in [repeated(7, size), text(size, seed: UInt64(size))] {
        let stored = LZ4.compressed(bytes)
        #expect(stored.count <= LZ4.bound(size))
        #expect(size <= stored.count * LZ4.ratioMax + 16)
        #expect(decompressed(stored, size: size) == bytes)
      }
    }
  }

  @Test func largeAndRandomInputComesBack() {
    var random = SeededGenerator(seed: 21)
    for round in 0..<40 {
      let size = random.below(200_000)
      let bytes = round % 4 == 0 ? random.bytes(size) : text(size, seed: UInt64(round))
      #expect(decompressed(LZ4.compressed(bytes), size: size) == bytes)
    }
    let zeros = repeated(0, 8 << 20)
    let stored = LZ4.compressed(zeros)
    #expect(zeros.count <= stored.count * LZ4.ratioMax)
    #expect(decompressed(stored, size: zeros.count) == zeros)
  }

  @Test func aBlockAmongOtherBytesIsReadByItsRange() {
    let bytes = text(1_000, seed: 3)
    let stored = LZ4.compressed(bytes)
    let around = [1, 2, 3] + stored + [4, 5]
    #expect(LZ4.decompressed(around, in: 3..<3 + stored.count, size: 1_000) == bytes)
    #expect(LZ4.decompressed(around, in: 3..<3, size: 0) == nil, "an empty block is none")
  }

  @Test func anotherSizeThanTheBlocksOwnIsRefused() {
    for size in [0, 1, 12, 13, 300] {
      let stored = LZ4.compressed(text(size, seed: 4))
      for wrong in 0...320 where wrong != size {
        #expect(decompressed(stored, size: wrong) == nil)
      }
    }
  }

  @Test func everyTruncationIsRefused() {
    for bytes in [text(300, seed: 5), repeated(7, 300), text(3, seed: 6)] {
      let stored = LZ4.compressed(bytes)
      for cut in 0..<stored.count {
        #expect(decompressed(Array(stored.prefix(cut)), size: bytes.count) == nil, "cut \(cut)")
      }
    }
  }

  @Test func everyChangedByteGivesTheRightSizeOrNothing() {
    let bytes = text(300, seed: 7)
    let stored = LZ4.compressed(bytes)
    var refused = 0
    for place in stored.indices {
      for change in 1...255 as ClosedRange<UInt8> {
        var wrong = stored
        wrong[place] ^= change
        let found = decompressed(wrong, size: bytes.count)
        #expect(found == nil || found?.count == bytes.count)
        if found == nil { refused += 1 }
      }
    }
    #expect(refused > 0)
  }

  @Test func noiseNeverCrashes() {
    var random = SeededGenerator(seed: 8)
    for _ in 0..<5_000 {
      let size = random.below(400)
      let found = decompressed(random.bytes(random.below(200)), size: size)
      #expect(found == nil || found?.count == size)
    }
  }

  @Test func aBlockWrittenByHandIsRead() {
    // One literal "a", a match of 4 + 15 + 1 bytes one byte back, then five literals "bcdef".
    let stored: [UInt8] = [0x1F, 0x61, 0x01, 0x00, 0x01, 0x50] + Array("bcdef".utf8)
    #expect(decompressed(stored, size: 26) == repeated(0x61, 21) + Array("bcdef".utf8))
    #expect(decompressed([0x00], size: 0) == [])
    // A match that starts before the first byte.
    #expect(decompressed([0x1F, 0x61, 0x02, 0x00, 0x01, 0x50] + stored.suffix(5), size: 26) == nil)
    // A match at distance 0 names no byte.
    let nowhere: [UInt8] = [0x1F, 0x61, 0x00, 0x00, 0x01, 0x50] + stored.suffix(5)
    let found = decompressed(nowhere, size: 26)
    #expect(found == nil || found?.count == 26)
  }

  // MARK: Frames that another program wrote

  @Test(.enabled(if: SharedData.isPresent, "the folder of published vectors is absent"))
  func blocksOfAnotherProgramAreRead() throws {
    let frames = try LZ4Frame.all(in: SharedData.file("vectors/lz4/cdnow_64k_indep.lz4"))
    let frame = try #require(frames.first)
    #expect(frames.count == 1 && frame.blocks.count == 4 && frame.contentSize == 228_327)
    #expect(frame.content() == SharedData.file("data/cdnow/CDNOW_sample.txt"))
  }

  @Test(.enabled(if: SharedData.isPresent, "the folder of published vectors is absent"))
  func framesOneBehindTheOtherAreRead() throws {
    let one = try LZ4Frame.all(in: SharedData.file("vectors/lz4/one_event.lz4"))
    let event = try #require(one.first?.content())
    #expect(event.count == 55 && event.starts(with: Array("{\"type\":".utf8)))
    let two = try LZ4Frame.all(in: SharedData.file("vectors/lz4/concatenated.lz4"))
    #expect(two.count == 2)
    #expect(two.first?.content() == event)
    #expect(two.last?.content()?.count == 27_246 - 55)
  }

  @Test(.enabled(if: SharedData.isPresent, "the folder of published vectors is absent"))
  func aFrameThatWasCutHoldsNoWholeBlock() throws {
    let frames = try LZ4Frame.all(in: SharedData.file("vectors/lz4/truncated.lz4"))
    let frame = try #require(frames.first)
    #expect(frame.contentSize == 27_191 && frame.blocks.count == 1)
    #expect(frame.content() == nil)
  }

  @Test func theLibraryIsNewEnough() {
    #expect(LZ4.version >= 1_09_00, "1.9 is where decompression of damaged blocks is safe")
  }
}

/// A frame of the LZ4 frame format 1.6, as far as these tests walk it: blocks that stand alone, no
/// dictionary. Checksums are stepped over.
private struct LZ4Frame {
  struct Malformed: Error {}

  var contentSize: Int
  var blocks: [(isStored: Bool, bytes: [UInt8])]
  private static let blockSizeMax = 64 << 10

  /// The blocks' bytes one after another; nil where one is damaged.
  func content() -> [UInt8]? {
    var content: [UInt8] = []
    for (isStored, bytes) in blocks {
      let size = min(Self.blockSizeMax, contentSize - content.count)
      let range = 0..<bytes.count
      guard let part = isStored ? bytes : LZ4.decompressed(bytes, in: range, size: size) else {
        return nil
      }
      content += part
    }
    return content.count == contentSize ? content : nil
  }

  static func all(in file: [UInt8]) throws -> [LZ4Frame] {
    var cursor = ByteCursor(file)
    var frames: [LZ4Frame] = []
    while cursor.remaining > 0 { frames.append(try LZ4Frame(&cursor)) }
    return frames
  }

  private init(_ cursor: inout ByteCursor) throws {
    // Flags: version 01 in the highest bits, then independent blocks, block checksum, content size,
    // content checksum. Then the largest size of a block: 4 stands for 64 KiB.
    guard cursor.integer(UInt32.self) == 0x184D_2204, let flags = cursor.integer(UInt8.self),
      flags >> 5 == 0b011, flags & 0b1000 != 0, cursor.integer(UInt8.self) == 4 << 4,
      let size = cursor.integer(UInt64.self), cursor.skip(1)
    else { throw Malformed() }
    contentSize = Int(size)
    blocks = []
    while let header = cursor.integer(UInt32.self), header != 0 {
      let count = min(Int(header & 0x7FFF_FFFF), cursor.remaining)
      blocks.append((header >> 31 == 1, cursor.take(count) ?? []))
      if flags & 0b1_0000 != 0 { _ = cursor.skip(4) }
    }
    if flags & 0b100 != 0 { _ = cursor.skip(4) }
  }
}
