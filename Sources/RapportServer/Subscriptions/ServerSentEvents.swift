// Server-sent events as the HTML standard has them (9.2, "Server-sent events"): what is written into a stream.

/// Frames of a `text/event-stream`. Whoever reads them gets back what was written, whatever it holds.
enum ServerSentEvents {
  static let contentType = "text/event-stream"

  /// Bytes of an id, at most: it comes back in a header.
  static let idSizeMax = 256

  /// One event, ended by an empty line. `id` is what the reader sends as `Last-Event-ID` when it comes back; nil leaves
  /// its last one. Traps where `id` or `name` cannot stand in a frame: both are made here.
  ///
  /// Lines of `data` end at CR LF, CR or LF; the reader gets LF for each of them.
  static func frame(id: String? = nil, name: String? = nil, data: [UInt8]) -> [UInt8] {
    var frame: [UInt8] = []
    frame.reserveCapacity(data.count + 64)
    if let id {
      precondition(isID(id), "an id is of visible ASCII")
      frame += "id: \(id)\n".utf8
    }
    if let name {
      precondition(isID(name), "the name of an event is of visible ASCII")
      frame += "event: \(name)\n".utf8
    }
    for line in lines(of: data) {
      frame += "data: ".utf8
      frame += line
      frame.append(0x0A)
    }
    frame.append(0x0A)
    return frame
  }

  /// A sign of life: a comment, of which no reader hears.
  static let heartbeat: [UInt8] = Array(":\n\n".utf8)

  /// How long a reader waits before it comes back.
  static func retry(milliseconds: Int) -> [UInt8] { Array("retry: \(milliseconds)\n\n".utf8) }

  /// Visible ASCII: no NUL, which makes a reader ignore an id, and no end of a line.
  static func isID(_ text: String) -> Bool {
    (1...idSizeMax).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  private static func lines(of data: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    var index = 0
    while index < data.count {
      guard data[index] == 0x0A || data[index] == 0x0D else {
        index += 1
        continue
      }
      lines.append(data[start..<index])
      if data[index] == 0x0D, index + 1 < data.count, data[index + 1] == 0x0A { index += 1 }
      index += 1
      start = index
    }
    lines.append(data[start...])
    return lines
  }
}
