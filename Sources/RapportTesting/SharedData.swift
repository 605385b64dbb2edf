import Glibc

/// Data and vectors that others published, kept outside the repository: `RAPPORT_SHARED`, else `../shared`.
///
/// A test that needs them is skipped with a clear line where the folder is absent.
package enum SharedData {
  /// The folder; nil where there is none.
  package static let directory: String? = {
    var candidates: [String] = []
    if let named = environment("RAPPORT_SHARED") { candidates.append(named) }
    // Sources/RapportTesting/SharedData.swift is three levels below the repository.
    candidates.append(repository + "/../shared")
    return candidates.first { unsafe access($0 + "/data/README.md", R_OK) == 0 }
  }()

  package static var isPresent: Bool { directory != nil }

  /// The folder of the repository that these tests were built from.
  package static let repository: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/")
  }()

  /// Path of `name` below the folder, e.g. `data/cdnow/CDNOW_sample.txt`. Traps where the folder is absent.
  package static func path(_ name: String) -> String {
    guard let directory else { preconditionFailure("ask isPresent before a path") }
    return directory + "/" + name
  }

  /// The whole file at ``path(_:)``. Traps where it cannot be read.
  package static func file(_ name: String) -> [UInt8] { bytes(ofFile: path(name)) }

  /// The whole file at `path`. Traps where it cannot be read: a test cannot go on without it.
  package static func bytes(ofFile path: String) -> [UInt8] {
    guard let stream = unsafe fopen(path, "rb") else {
      preconditionFailure("cannot read \(path)")
    }
    // Safe: the stream is ours until fclose, and fread writes at most the buffer's size.
    defer { unsafe fclose(stream) }
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.count
      let got = unsafe fread(&buffer, 1, count, stream)
      if got == 0 { return all }
      all += buffer[..<got]
    }
  }

  /// The first lines of `bytes`, and what belongs to the last of them: no quoted text is cut.
  package static func firstLines(_ count: Int, of bytes: [UInt8]) -> [UInt8] {
    var lines = 0
    var isQuoted = false
    for (place, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      guard byte == 0x0A, !isQuoted else { continue }
      lines += 1
      if lines == count { return Array(bytes[...place]) }
    }
    return bytes
  }

  private static func environment(_ name: String) -> String? {
    // Safe: the string is copied at once.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
