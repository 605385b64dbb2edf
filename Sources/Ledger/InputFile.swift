package import Disk
import Glibc

/// A file or standard input, read once from start to end in pieces.
package final class InputFile {
  private let path: String
  private let descriptor: Int32

  /// `-` is standard input.
  package init(_ path: String) throws(DiskError) {
    self.path = path
    if path == "-" {
      descriptor = STDIN_FILENO
      return
    }
    // Safe: the path is copied to a C string for the call.
    let opened = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { throw DiskError(.open, path, number: errno) }
    descriptor = opened
  }

  /// Whether it is a plain file, which can be read a second time; a pipe or a device cannot.
  package var isPlainFile: Bool { size != nil }

  /// Bytes of a plain file; nil for anything else, whose end nobody knows.
  package var size: UInt64? {
    var status = stat()
    // Safe: the call fills in a local.
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    return UInt64(max(0, status.st_size))
  }

  deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

  /// At most `countMax` bytes; empty at the end.
  package func read(countMax: Int) throws(DiskError) -> [UInt8] {
    var number: Int32 = 0
    let descriptor = descriptor
    // Safe: read(2) writes at most the buffer's size and says how much.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: countMax) { buffer, count in
      while true {
        let got = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        if got < 0, errno == EINTR { continue }
        if got < 0 { number = errno }
        count = max(0, got)
        return
      }
    }
    if number != 0 { throw DiskError(.read, path, number: number) }
    return bytes
  }
}

/// Splits pieces of bytes into lines.
package struct LineSplitter {
  private var rest: [UInt8] = []
  private var isSkipping = false
  private let sizeMax: Int

  /// `sizeMax` bounds a line: a longer one is given out cut, as soon as it is longer, and what follows up to its line
  /// feed is dropped, so that no part of it is taken for a line of its own.
  package init(sizeMax: Int) { self.sizeMax = sizeMax }

  /// The bytes of a block, and its lines without line feeds and carriage returns before them.
  package struct Block: Sendable {
    package var bytes: [UInt8]
    package var lines: [Range<Int>]
  }

  /// The lines that `piece` completes.
  package mutating func split(_ piece: [UInt8]) -> Block {
    let bytes = rest.isEmpty ? piece : rest + piece
    var lines: [Range<Int>] = []
    var start = 0
    // Safe: memchr looks at the bytes from `index` to the end of the buffer, and points into it.
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      var index = rest.count
      while index < buffer.count,
        let found = unsafe memchr(base + index, 0x0A, buffer.count - index)
      {
        index = unsafe UnsafeRawPointer(found) - base
        if isSkipping {
          isSkipping = false
        } else {
          lines.append(Self.trimmed(start..<index, bytes))
        }
        index += 1
        start = index
      }
    }
    if isSkipping {
      rest = []
    } else if bytes.count - start > sizeMax {
      lines.append(start..<bytes.count)
      rest = []
      isSkipping = true
    } else {
      rest = Array(bytes[start...])
    }
    return Block(bytes: bytes, lines: lines)
  }

  /// The last line, when the input does not end with a line feed.
  package mutating func finish() -> Block {
    let block = Block(
      bytes: rest, lines: rest.isEmpty ? [] : [Self.trimmed(0..<rest.count, rest)])
    rest = []
    return block
  }

  private static func trimmed(_ line: Range<Int>, _ bytes: [UInt8]) -> Range<Int> {
    line.isEmpty || bytes[line.upperBound - 1] != 0x0D
      ? line : line.lowerBound..<line.upperBound - 1
  }
}
