private import CDisk

/// Loops over packed numbers at the speed of memory. Everything is checked here; C does the rest.
package enum Columns {
  /// Appends `count` numbers of `width` bits, from number `first` on, of those packed into `bytes[range]`, each times
  /// `unit` plus `base`, wrapping. Nil where the range does not hold them, or the width is over 64.
  package static func unpacked(
    _ bytes: [UInt8], in range: Range<Int>, from first: Int = 0, count: Int, width: Int,
    base: Int64 = 0, unit: Int64 = 1
  ) -> [Int64]? {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count, first >= 0, count >= 0,
      count <= Int(Int32.max), first <= Int(Int32.max), (0...64).contains(width),
      ((first + count) * width + 7) / 8 <= range.count
    else { return nil }
    // Safe: the range holds all the numbers; the output has room for `count` words, which are all written.
    return unsafe [Int64](unsafeUninitializedCapacity: count) { output, initialized in
      unsafe bytes.withUnsafeBytes { input in
        guard let to = output.baseAddress else { return }
        let from = unsafe input.baseAddress.map { unsafe $0 + range.lowerBound }
        unsafe to.withMemoryRebound(to: UInt64.self, capacity: count) { to in
          unsafe rapport_unpack(
            from?.assumingMemoryBound(to: UInt8.self), range.count, first, count, UInt32(width),
            UInt64(bitPattern: base), UInt64(bitPattern: unit), to)
        }
      }
      initialized = count
    }
  }

  /// Ids(n, d) of docs/format.md: `count` numbers of a dictionary with `size` strings. Nil where there is another
  /// number of them, or one is too large.
  package static func ids(_ bytes: [UInt8], count: Int, of size: Int) -> [UInt32]? {
    let width = size <= 256 ? 1 : size <= 65_536 ? 2 : 4
    guard count >= 0, size > 0, bytes.count == count * width else { return nil }
    var most: UInt32 = 0
    // Safe: the bytes hold `count` numbers; the output has room for as many, which are all written.
    let ids = unsafe [UInt32](unsafeUninitializedCapacity: count) { output, initialized in
      unsafe bytes.withUnsafeBytes { input in
        guard let from = input.baseAddress, let to = output.baseAddress else { return }
        most = unsafe rapport_widen(from, count, UInt32(width), to)
      }
      initialized = count
    }
    return Int(most) < size ? ids : nil
  }

  /// For each row its customer and revision. `starts` has a bit for each posting, `first` each customer's first
  /// revision. Nil where the postings are no permutation of the rows in order within each customer.
  package static func scattered(
    postings: [UInt8], width: Int, starts: [UInt8], from offset: Int, rows: Int, first: [UInt32]
  ) -> (customers: [UInt32], revisions: [UInt32])? {
    guard rows > 0, !first.isEmpty, (0...32).contains(width), offset >= 0,
      postings.count >= (rows * width + 7) / 8, starts.count >= offset + (rows + 7) / 8
    else { return nil }
    var isGood = false
    var revisions = [UInt32](repeating: 0, count: rows)
    // Safe: sizes were checked; `customer` and `revision` have room for all rows.
    let customers = unsafe [UInt32](unsafeUninitializedCapacity: rows) { customer, initialized in
      unsafe revisions.withUnsafeMutableBufferPointer { revision in
        unsafe postings.withUnsafeBufferPointer { packed in
          unsafe starts.withUnsafeBufferPointer { starts in
            unsafe first.withUnsafeBufferPointer { first in
              guard let starts = starts.baseAddress else { return }
              isGood =
                unsafe rapport_scatter(
                  packed.baseAddress, packed.count, UInt32(width), starts + offset, rows,
                  UInt32(first.count), first.baseAddress, customer.baseAddress,
                  revision.baseAddress) == 1
            }
          }
        }
      }
      initialized = rows
    }
    return isGood ? (customers, revisions) : nil
  }

  /// The place of a big-endian number of 128 bits among those that begin at `offset` of `bytes`; nil where it is not
  /// there.
  package static func find(_ high: UInt64, _ low: UInt64, in bytes: [UInt8], from offset: Int)
    -> Int?
  {
    precondition(offset >= 0 && offset <= bytes.count, "numbers begin within the bytes")
    let count = (bytes.count - offset) / 16
    // Safe: `count` pairs lie within the bytes.
    let found = unsafe bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return count }
      return unsafe rapport_find_wide(base + offset, count, high.bigEndian, low.bigEndian)
    }
    return found < count ? found : nil
  }

  /// Copies `bytes[range]` to `output[start...]`, which has room for them.
  package static func copy(
    _ bytes: [UInt8], _ range: Range<Int>, to output: inout [UInt8], at start: Int
  ) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= bytes.count && start >= 0
        && start + range.count <= output.count, "ranges within the arrays")
    // Safe: both ranges were checked.
    unsafe bytes.withUnsafeBytes { input in
      unsafe output.withUnsafeMutableBytes { output in
        unsafe output.baseAddress.map { to in
          unsafe input.baseAddress.map { from in
            unsafe (to + start).copyMemory(from: from + range.lowerBound, byteCount: range.count)
          }
        }
      }
    }
  }
}
