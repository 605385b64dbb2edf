internal import Synchronization

#if canImport(Glibc)
  private import Glibc
#endif

private import CDisk

/// A page of a file in memory. Whoever holds it sees to it that nobody reads it while it is written or given back.
@safe package struct PageFrame: @unchecked Sendable {
  fileprivate let base: UnsafeMutableRawPointer
  /// Bytes of the page.
  package let count: Int

  /// The little-endian number of `byteCount` bytes, 0 to 8, at `offset`, which lie within the page.
  @inline(__always)
  package func integer(at offset: Int, byteCount: Int) -> UInt64 {
    precondition(
      offset >= 0 && byteCount >= 0 && byteCount <= 8 && offset <= count - byteCount,
      "a number within the page")
    if byteCount == 0 { return 0 }
    // Safe: a frame has at least eight bytes more than its page; whatever is in them is cut off.
    let word = unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    return UInt64(littleEndian: word) & (.max >> UInt64(64 - 8 * byteCount))
  }

  /// Appends bytes of the page.
  @inline(__always)
  package func append(_ range: Range<Int>, to output: inout [UInt8]) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "a range within the page")
    // Safe: the range was checked.
    unsafe output.append(
      contentsOf: UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// How often a byte stands in a part of the page.
  package func count(of byte: UInt8, _ range: Range<Int>) -> Int {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "a range within the page")
    // Safe: the range was checked.
    return unsafe rapport_count(base + range.lowerBound, range.count, byte)
  }

  /// Fills the page with `bytes[range]`, as they are or decompressed; false where they do not give a whole page.
  package func fill(_ bytes: [UInt8], _ range: Range<Int>, isCompressed: Bool) -> Bool {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "a range within bytes")
    // Safe: the range was checked, and the frame has room for `count` bytes.
    return unsafe bytes.withUnsafeBytes { input in
      let part = unsafe UnsafeRawBufferPointer(rebasing: input[range])
      guard isCompressed else {
        guard part.count == count, let from = part.baseAddress else { return part.count == count }
        unsafe base.copyMemory(from: from, byteCount: count)
        return true
      }
      return unsafe LZ4.decompress(
        part, to: UnsafeMutableRawBufferPointer(start: base, count: count))
    }
  }
}

/// Memory for pages. Those of usual sizes are slots of large pieces, so that reading pages asks the kernel for memory
/// seldom, and pages that come and go leave no holes.
@safe package final class PageFrames: Sendable {
  // Safe: pointers are given out once at a time, under the lock.
  @safe private struct Free: @unchecked Sendable {
    var slots: [UnsafeMutableRawPointer] = unsafe []
    var slabs: [UnsafeMutableRawPointer] = unsafe []
  }

  private let free = Mutex(Free())

  /// Bytes of a page that has a slot; larger ones, and those that would waste most of one, have memory of their own.
  private static let slotted = 1_025...4_096
  private static let slotSize = 4_096 + 64
  /// A large page of the processor: what is spread over the slots is found without a walk through small ones.
  private static let slabSize = 2 << 20
  private static let slotsPerSlab = slabSize / slotSize

  package init() {}

  /// Bytes of memory that this machine has.
  package static let physicalMemory: Int = {
    // Both calls only ask; where they do not know, they say -1.
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let size = sysconf(Int32(_SC_PAGESIZE))
    return max(0, pages) * max(0, size)
  }()

  deinit {
    // Safe: who has a frame holds this too, so none is in use; each piece is freed once.
    free.withLock { free in
      while let slab = unsafe free.slabs.popLast() { unsafe slab.deallocate() }
    }
  }

  /// A frame for a page of `count` bytes, of any content.
  package func take(_ count: Int) -> PageFrame {
    guard Self.slotted.contains(count) else {
      // Safe: given back by `giveBack`.
      return unsafe PageFrame(
        base: .allocate(byteCount: count + 8, alignment: 8), count: count)
    }
    // Safe: slots lie within their piece, one behind the other, and each is given out once at a time.
    let base = unsafe free.withLock { free in
      if unsafe free.slots.isEmpty {
        let slab = UnsafeMutableRawPointer.allocate(
          byteCount: Self.slabSize, alignment: Self.slabSize)
        // Advice only: a kernel that does not take it gives small pages.
        _ = unsafe madvise(slab, Self.slabSize, MADV_HUGEPAGE)
        unsafe free.slabs.append(slab)
        for number in (0..<Self.slotsPerSlab).reversed() {
          unsafe free.slots.append(slab + number * Self.slotSize)
        }
      }
      return unsafe free.slots.removeLast()
    }
    return unsafe PageFrame(base: base, count: count)
  }

  /// Gives a frame back, which nobody reads any more.
  package func giveBack(_ frame: PageFrame) {
    guard Self.slotted.contains(frame.count) else {
      // Safe: it came from `take`, and is given back once.
      return unsafe frame.base.deallocate()
    }
    free.withLock { free in unsafe free.slots.append(frame.base) }
  }
}
