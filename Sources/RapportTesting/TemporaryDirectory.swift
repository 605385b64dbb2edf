import Foundation

/// A folder of the real disk that lasts as long as a test.
package enum TemporaryDirectory {
  /// Makes an empty folder (mode 0700), lends its path, and removes it with all that is in it.
  /// Throws what `body` throws; traps where no folder can be made, since a test cannot go on.
  package static func with<Result>(_ body: (String) throws -> Result) rethrows -> Result {
    let path = make()
    defer { remove(path) }
    return try body(path)
  }

  /// The same for a body that waits.
  package static func with<Result>(
    isolation: isolated (any Actor)? = #isolation, _ body: (String) async throws -> Result
  ) async rethrows -> Result {
    let path = make()
    defer { remove(path) }
    return try await body(path)
  }

  fileprivate static func make() -> String {
    let parent = FileManager.default.temporaryDirectory.path
    var template = Array("\(parent)/rapport-test-XXXXXX".utf8CString)
    // Safe: mkdtemp changes the array's own bytes, which end with a zero, and the string is copied.
    return unsafe template.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress, unsafe mkdtemp(base) != nil else {
        preconditionFailure("cannot make a folder in \(parent)")
      }
      return unsafe String(cString: base)
    }
  }

  fileprivate static func remove(_ path: String) {
    // What stays behind is litter in a folder for litter, and says nothing about the test.
    try? FileManager.default.removeItem(atPath: path)
  }
}

/// A folder that lasts as long as this object: for a suite, which is made anew for each of its tests.
package final class TemporaryFolder: Sendable {
  package let path: String

  /// Makes an empty folder (mode 0700).
  package init() { path = TemporaryDirectory.make() }

  deinit { TemporaryDirectory.remove(path) }
}
