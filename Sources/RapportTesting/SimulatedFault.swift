package import Disk

/// One call that reached a ``SimulatedFileSystem``.
package struct SimulatedCall: Hashable, Sendable {
  /// Calls before this one.
  package var number: Int
  /// What was asked for. A directory's sync is a sync with the directory's path; releasing a lock
  /// is a close.
  package var operation: DiskError.Operation
  /// The path; of an open file the one it was opened by, whatever it is called now.
  package var path: String
  /// The old name, of a rename or a link.
  package var from: String?
  /// First byte, of a read or a write.
  package var offset: UInt64?
  /// Bytes asked for, of a read or a write; the size asked for, of a reservation.
  package var byteCount: UInt64?
  /// `errno` of the answer; nil where the call succeeded, or has not ended.
  package var failure: Int32?
}

extension SimulatedCall: CustomStringConvertible {
  /// One line, as a trace would show it: `7 rename /a/x.tmp /a/x`.
  package var description: String {
    var words = ["\(number)", operation.rawValue]
    if let from { words.append(from) }
    words.append(path)
    if let byteCount { words.append("\(byteCount) bytes") }
    if let offset { words.append("at \(offset)") }
    if let failure { words.append("-> errno \(failure)") }
    return words.joined(separator: " ")
  }
}

/// What goes wrong in one call. In a call that it does not concern, nothing does.
package enum SimulatedFault: Hashable, Sendable {
  /// The call throws this `errno` and does nothing. If it is a sync, all it should have made
  /// durable is called clean and is lost at the next power cut. If it is a close, the file is
  /// closed.
  case error(Int32)
  /// A write puts down its first `byteCount` bytes and throws `errno`.
  case shortWrite(byteCount: Int, errno: Int32)
  /// A write succeeds and can be read, until the cache is dropped: the medium keeps the old bytes,
  /// though the next sync says yes.
  case lostWrite
  /// A write says that it wrote all, and wrote nothing.
  case lyingWrite
  /// A write goes to another place of the same file.
  case misdirectedWrite(to: UInt64)
  /// The bit of this number, counted from the first byte's lowest, is turned over on the way: for
  /// good in a write, once in a read.
  case flippedBit(Int)
}

/// When a ``SimulatedFault`` strikes: once.
package enum SimulatedTrigger: Hashable, Sendable {
  /// At the call with this number (see ``SimulatedCall/number``).
  case call(Int)
  /// At the next call of this kind on a path that ends with `suffix`, after `skipping` such calls.
  case next(DiskError.Operation, onPathsEndingWith: String = "", skipping: Int = 0)
}

/// A fault that waits for its call.
struct WaitingFault: Sendable {
  var fault: SimulatedFault
  var trigger: SimulatedTrigger

  /// Whether `call` is the one; counts it where it is one of those to skip.
  mutating func strikes(at call: SimulatedCall) -> Bool {
    switch trigger {
    case .call(let number): return call.number == number
    case .next(let operation, let suffix, let skipping):
      guard call.operation == operation, call.path.hasSuffix(suffix) else { return false }
      trigger = .next(operation, onPathsEndingWith: suffix, skipping: skipping - 1)
      return skipping <= 0
    }
  }
}
