// Texts kept as files that a person can read and review: help, pages, sentences.

import Foundation

/// A text that is not as it was kept, or was never kept.
package struct SnapshotDifference: Error, CustomStringConvertible {
  package let description: String
}

/// Compares `text` with the file `Snapshots/NAME.txt` beside the test `file`.
///
/// With `RAPPORT_RECORD=1` the file is written instead, and its diff is reviewed like code. Throws
/// ``SnapshotDifference`` with the first line that differs, and what to do. The kept file ends with
/// a line feed, whether `text` does or not.
package func expectSnapshot(
  _ text: String, named name: String, file: String = #filePath
) throws {
  precondition(
    !name.isEmpty && !name.contains("/") && !name.hasPrefix("."),
    "the name of a snapshot is that of one file")
  let folder =
    file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    .joined(separator: "/") + "/Snapshots"
  let path = "\(folder)/\(name).txt"
  let whole = text.hasSuffix("\n") ? text : text + "\n"
  if ProcessInfo.processInfo.environment["RAPPORT_RECORD"] == "1" {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try whole.write(toFile: path, atomically: true, encoding: .utf8)
    return
  }
  guard let kept = FileManager.default.contents(atPath: path) else {
    throw SnapshotDifference(
      description: "no snapshot \(path); run the test with RAPPORT_RECORD=1, read the file, and "
        + "commit it")
  }
  if let difference = firstDifference(kept: String(decoding: kept, as: UTF8.self), now: whole) {
    throw SnapshotDifference(
      description: """
        not as kept in Snapshots/\(name).txt, \(difference)
        If the change is meant, run the test with RAPPORT_RECORD=1 and review the diff.
        """)
  }
}

/// The first line in which two texts differ, in words; nil where they are equal.
func firstDifference(kept: String, now: String) -> String? {
  guard kept != now else { return nil }
  let old = kept.split(separator: "\n", omittingEmptySubsequences: false)
  let new = now.split(separator: "\n", omittingEmptySubsequences: false)
  let line = zip(old, new).prefix { $0 == $1 }.count
  func shown(_ lines: [Substring]) -> String {
    line < lines.count ? lines[line].debugDescription : "no more"
  }
  return """
    line \(line + 1):
      kept \(shown(old))
      now  \(shown(new))
    """
}
