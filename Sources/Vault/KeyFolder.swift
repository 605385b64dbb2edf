// The folder of secrets. It lies beside the ledger, never in it: no backup of the log holds a key.

package import Disk

/// Why a secret cannot be used. No case holds any part of it.
package enum KeyError: Error, Sendable {
  /// The file holds something else than a secret. It is never replaced: what was made with it could not be found any more.
  case unreadable(path: String)
  case disk(DiskError)

  /// What is wrong and how to mend it.
  package var sentence: String {
    switch self {
    case .unreadable(let path):
      "\(path) holds no key: 64 hexadecimal digits and a line feed. Put the right file back from a copy of the key "
        + "directory; without it addresses are not found any more"
    case .disk(let error): error.description
    }
  }
}

/// Secrets by name, a file each: `NAME.key`, mode 0600, 64 hexadecimal digits and a line feed.
package struct KeyFolder: Sendable {
  package let path: String
  private let files: any FileSystem

  /// Names a folder; nothing is read or made yet.
  package init(_ path: String, on files: any FileSystem = LinuxFileSystem()) {
    self.path = path
    self.files = files
  }

  /// The hash under the secret called `name`, which is made when it is not there: durable before anything is made with it.
  /// Processes that come at once get the same one.
  ///
  /// Cost: one small file read; the first time three syncs.
  package func hash(_ name: String) throws(KeyError) -> KeyedHash {
    do throws(DiskError) {
      let file = "\(path)/\(name).key"
      if try !files.exists(file) { try make(name) }
      let text = try files.contents(of: file, sizeMax: 1 << 12)
      if let secret = Self.secret(text) { return KeyedHash(secret: secret) }
    } catch {
      throw .disk(error)
    }
    throw .unreadable(path: "\(path)/\(name).key")
  }

  private static func secret(_ text: [UInt8]) -> [UInt8]? {
    guard text.count == KeyedHash.secretSize * 2 + 1, text.last == UInt8(ascii: "\n") else {
      return nil
    }
    return Hex.bytes(of: text.dropLast())
  }

  /// Writes a new secret beside its name and links it there: of several that come at once the first one stays.
  private func make(_ name: String) throws(DiskError) {
    let folder = path.split(separator: "/").last.map(String.init) ?? path
    let parent = String(path.dropLast(folder.count))
    try files.makeDirectory(path)
    try files.syncDirectory(parent.isEmpty ? "." : parent)
    var random = SystemRandomNumberGenerator()
    func bytes(_ count: Int) -> [UInt8] {
      (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }
    let fresh = "\(path)/\(name).\(Hex.text(of: bytes(8))).tmp"
    let file = try files.create(fresh)
    try file.write(Array("\(Hex.text(of: bytes(KeyedHash.secretSize)))\n".utf8), at: 0)
    try file.sync()
    try file.close()
    do throws(DiskError) {
      try files.link(fresh, to: "\(path)/\(name).key")
    } catch {
      guard error.alreadyExists else { throw error }
    }
    try files.remove(fresh)
    try files.syncDirectory(path)
  }
}
