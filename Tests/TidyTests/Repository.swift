import Foundation

/// The files of the repository that these tests were built from.
enum Repository {
  /// Folder of the repository: three levels above this file.
  static let directory: String =
    #filePath.split(separator: "/", omittingEmptySubsequences: false)
    .dropLast(3).joined(separator: "/")

  /// Every Swift file below `Sources`.
  static let sources: [SwiftSource] = swiftFiles(below: "Sources")
  /// Every Swift file below `Tests`.
  static let tests: [SwiftSource] = swiftFiles(below: "Tests")

  /// Every Markdown page, at the top and below `docs`.
  static let pages: [TextFile] =
    (names(below: ".", deep: false) + names(below: "docs"))
    .filter { $0.hasSuffix(".md") }.compactMap(file)

  /// Scripts, schemas and C, whose whole text is looked at.
  static let otherTexts: [TextFile] =
    (names(below: "tools") + names(below: ".ci") + names(below: "schemas")
    + names(below: "Sources").filter { $0.hasSuffix(".c") || $0.hasSuffix(".h") })
    .compactMap(file)

  /// The file at `path` below the repository; nil where there is none or it is no UTF-8 text.
  static func file(_ path: String) -> TextFile? {
    guard let bytes = FileManager.default.contents(atPath: "\(directory)/\(path)"),
      let text = String(data: bytes, encoding: .utf8)
    else { return nil }
    return TextFile(path: path, text: text)
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(directory)/\(path)")
  }

  static func isProgram(_ path: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: "\(directory)/\(path)")
  }

  /// Paths of the files below `folder`, sorted, so that findings come in one order.
  static func names(below folder: String, deep: Bool = true) -> [String] {
    let root = folder == "." ? directory : "\(directory)/\(folder)"
    let found =
      deep
      ? FileManager.default.subpaths(atPath: root)
      : try? FileManager.default.contentsOfDirectory(atPath: root)  // A folder not there is empty.
    return (found ?? []).sorted().map { folder == "." ? $0 : "\(folder)/\($0)" }
  }

  private static func swiftFiles(below folder: String) -> [SwiftSource] {
    names(below: folder).filter { $0.hasSuffix(".swift") }.compactMap { path in
      file(path).map { SwiftSource(path: path, text: $0.text) }
    }
  }
}

/// A text file of the repository.
struct TextFile {
  var path: String
  var text: String

  var lines: [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}
