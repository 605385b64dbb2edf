// Rows that did not fit: counted, the first of them kept to be shown, and all of them written to a file as they come.

import Disk
import JSONBytes
import Synchronization

/// The rows of an import that did not fit, each once, however many of its events do not fit. Memory does not grow with
/// them: they stream to a file beside the one that they will replace when the import has ended.
package final class RejectFile: Sendable {
  /// How many are kept to be shown.
  package static let shownMax = 20

  private struct State: Sendable {
    var file: (any WritableFile)?
    var offset: UInt64 = 0
    var buffer: [UInt8] = []
    var name = ""
    var lines: Set<Int> = []
    var count = 0
    var shown: [Rejection] = []
  }

  private let path: String
  private let state = Mutex(State())

  /// Writes nothing before the first row comes. Throws where a file at `path` could not be replaced, or is one of `inputs`.
  package init(_ path: String, keeping inputs: [String] = []) throws {
    try Ledger.requireReplaceable(path, keeping: inputs)
    self.path = path
  }

  /// Rows from now on are of this file.
  func begin(_ name: String) {
    state.withLock { state in
      state.name = name
      state.lines = []
      state.count = 0
      state.shown = []
    }
  }

  /// How many rows of the file did not fit, and the first of them.
  var found: (count: Int, shown: [Rejection]) {
    state.withLock { ($0.count, $0.shown) }
  }

  /// Takes a row in, unless it is in already.
  func add(_ rejection: Rejection) throws {
    try state.withLock { state in
      guard state.lines.insert(rejection.line).inserted else { return }
      state.count += 1
      if state.shown.count < Self.shownMax { state.shown.append(rejection.withoutContent) }
      JSONValue.object([
        "file": .string(state.name), "line": .integer(rejection.line),
        "code": .string(rejection.code), "reason": .string(rejection.sentence),
        "decidingEventId": rejection.decidingEventId.map { .string($0) },
        "row": .string(String(decoding: rejection.content, as: UTF8.self)),
      ]).write(to: &state.buffer)
      state.buffer.append(0x0A)
      if state.buffer.count > 1 << 18 { try flush(&state) }
    }
  }

  private func flush(_ state: inout State) throws(DiskError) {
    let files = LinuxFileSystem()
    let temporary = path + ".tmp"
    if state.file == nil {
      if try files.exists(temporary) { try files.remove(temporary) }
      // Mode 0600: the rows hold people's data.
      state.file = try files.create(temporary)
    }
    try state.file?.write(state.buffer, at: state.offset)
    state.offset += UInt64(state.buffer.count)
    state.buffer.removeAll(keepingCapacity: true)
  }

  /// Puts the file in place, and gives its path; nil where no row was taken in. Also right after an import that failed.
  package func finish() throws -> String? {
    try state.withLock { state in
      guard state.file != nil || !state.buffer.isEmpty else { return nil }
      try flush(&state)
      try state.file?.sync()
      try state.file?.close()
      state.file = nil
      try LinuxFileSystem().rename(path + ".tmp", to: path)
      return path
    }
  }
}

extension Rejection {
  /// The same, to be kept or shown.
  var withoutContent: Rejection {
    Rejection(
      line: line, code: code, sentence: sentence, content: [], decidingEventId: decidingEventId)
  }
}
