import Disk
import Glibc

/// What a simulated disk holds: files and directories, as programs see them and as a power cut
/// leaves them. A value: copying it copies the disk. Who asks, counts and fails is
/// ``SimulatedFileSystem``.
///
/// Refusals and their order are those of Linux. Paths are taken from one root, with or without a
/// leading `/`; `.` names nothing and `..` is a name like any other.
struct SimulatedDisk: Sendable {
  /// A refusal of the kernel, before it is known in which call.
  struct Refusal: Error, Hashable {
    var number: Int32
    /// The operation to blame, where it is not the one that was asked for.
    var operation: DiskError.Operation?

    init(number: Int32, operation: DiskError.Operation? = nil) {
      self.number = number
      self.operation = operation
    }
  }

  /// The number of the root's inode.
  static let root = 1
  var files: [Int: SimulatedContent] = [:]
  var directories: [Int: SimulatedDirectory] = [root: SimulatedDirectory()]
  private var nextNode = root + 1

  // MARK: Names

  /// The inode at `path`.
  func node(at path: String) throws(Refusal) -> Int {
    guard !path.isEmpty else { throw Refusal(number: ENOENT) }
    return try node(along: Self.names(of: path)[...])
  }

  /// The directory in which `path` has its last name, and that name.
  private func place(_ path: String) throws(Refusal) -> (directory: Int, name: String) {
    let names = Self.names(of: path)
    guard let last = names.last else {
      throw Refusal(number: path.isEmpty ? ENOENT : EBUSY)
    }
    let directory = try node(along: names.dropLast())
    guard directories[directory] != nil else {
      throw Refusal(number: ENOTDIR)
    }
    return (directory, last)
  }

  private func node(along names: ArraySlice<String>) throws(Refusal) -> Int {
    var node = Self.root
    for name in names {
      guard let directory = directories[node] else {
        throw Refusal(number: ENOTDIR)
      }
      guard let next = directory.entries[name] else {
        throw Refusal(number: ENOENT)
      }
      node = next
    }
    return node
  }

  private static func names(of path: String) -> [String] {
    path.split(separator: "/").filter { $0 != "." }.map(String.init)
  }

  /// Names in the directory at `path`, in no order.
  func names(in path: String) throws(Refusal) -> [String] {
    guard let directory = directories[try node(at: path)] else {
      throw Refusal(number: ENOTDIR)
    }
    return Array(directory.entries.keys)
  }

  // MARK: Changes of names

  mutating func makeDirectory(_ path: String, isFull: Bool) throws(Refusal) {
    if Self.names(of: path).isEmpty, !path.isEmpty { return }
    let (parent, name) = try place(path)
    if directories[parent]?.entries[name] != nil { return }
    if isFull { throw Refusal(number: ENOSPC) }
    directories[nextNode] = SimulatedDirectory()
    directories[parent]?.change(.put(name, nextNode))
    nextNode += 1
  }

  /// A new empty file; its inode.
  mutating func create(_ path: String, isFull: Bool) throws(Refusal) -> Int {
    let (parent, name) = try place(path)
    guard directories[parent]?.entries[name] == nil else {
      throw Refusal(number: EEXIST)
    }
    if isFull { throw Refusal(number: ENOSPC) }
    defer { nextNode += 1 }
    files[nextNode] = SimulatedContent()
    directories[parent]?.change(.put(name, nextNode))
    return nextNode
  }

  /// The file at `path`, made if there is none; its inode.
  mutating func nodeOrNewFile(at path: String, isFull: Bool) throws(Refusal) -> Int {
    let found: Int
    do throws(Refusal) {
      found = try node(at: path)
    } catch {
      guard error.number == ENOENT else { throw error }
      return try create(path, isFull: isFull)
    }
    guard files[found] != nil else { throw Refusal(number: EISDIR) }
    return found
  }

  mutating func rename(_ from: String, to: String) throws(Refusal) {
    let (source, oldName) = try place(from)
    let (target, newName) = try place(to)
    guard let moved = directories[source]?.entries[oldName] else {
      throw Refusal(number: ENOENT)
    }
    let (fromNames, toNames) = (Self.names(of: from), Self.names(of: to))
    if toNames.dropLast().starts(with: fromNames) { throw Refusal(number: EINVAL) }
    if fromNames.dropLast().starts(with: toNames) { throw Refusal(number: ENOTEMPTY) }
    if let replaced = directories[target]?.entries[newName] {
      if replaced == moved { return }
      try checkReplacing(replaced, by: moved)
    }
    if source == target {
      directories[source]?.change(.rename(oldName, newName, moved))
    } else {
      directories[target]?.change(.put(newName, moved))
      directories[source]?.change(.drop(oldName))
    }
  }

  private func checkReplacing(_ replaced: Int, by moved: Int) throws(Refusal) {
    switch (directories[moved] != nil, directories[replaced]) {
    case (false, nil): return
    case (false, _): throw Refusal(number: EISDIR)
    case (true, nil): throw Refusal(number: ENOTDIR)
    case (true, let directory?):
      guard directory.entries.isEmpty else { throw Refusal(number: ENOTEMPTY) }
    }
  }

  mutating func link(_ from: String, to: String, isFull: Bool) throws(Refusal) {
    let linked = try node(at: from)
    let (parent, name) = try place(to)
    guard directories[parent]?.entries[name] == nil else {
      throw Refusal(number: EEXIST)
    }
    guard files[linked] != nil else { throw Refusal(number: EPERM) }
    if isFull { throw Refusal(number: ENOSPC) }
    directories[parent]?.change(.put(name, linked))
  }

  mutating func remove(_ path: String) throws(Refusal) {
    let (parent, name) = try place(path)
    guard let removed = directories[parent]?.entries[name] else {
      throw Refusal(number: ENOENT)
    }
    guard files[removed] != nil else { throw Refusal(number: EISDIR) }
    directories[parent]?.change(.drop(name))
  }

  // MARK: The rest

  mutating func syncDirectory(_ path: String) throws(Refusal) {
    do throws(Refusal) {
      let node = try node(at: path)
      guard directories[node] != nil else { throw Refusal(number: ENOTDIR) }
      directories[node]?.sync()
    } catch {
      throw Refusal(number: error.number, operation: .open)
    }
  }

  /// Device, inode and size; a directory is as large as one block.
  func identity(of node: Int) -> FileIdentity {
    FileIdentity(
      device: 1, inode: UInt64(node), size: files[node].map { UInt64($0.size) } ?? 4_096)
  }

  mutating func dropCaches() {
    for node in files.keys { files[node]?.dropCache() }
  }

  /// The disk after a power cut. Every file and every directory keeps what was synced, and of its
  /// unsynced changes what `random` leaves, each for itself: order between them is free. What no
  /// name leads to any more is gone.
  func afterPowerCut(_ random: inout SeededGenerator) -> SimulatedDisk {
    var left = SimulatedDisk()
    left.nextNode = nextNode
    for node in directories.keys.sorted() {
      left.directories[node] = directories[node]?.afterPowerCut(&random)
    }
    for node in files.keys.sorted() { left.files[node] = files[node]?.afterPowerCut(&random) }
    left.forgetUnreachable()
    return left
  }

  private mutating func forgetUnreachable() {
    var reached: Set<Int> = [Self.root]
    var waiting = [Self.root]
    while let node = waiting.popLast() {
      for next in directories[node]?.entries.values.map({ $0 }) ?? []
      where reached.insert(next).inserted { waiting.append(next) }
    }
    files = files.filter { reached.contains($0.key) }
    directories = directories.filter { reached.contains($0.key) }
  }
}

/// The names in one directory, as programs see them and as they were last synced.
struct SimulatedDirectory: Sendable {
  /// One change of names; a rename within the directory is one change.
  enum Change: Hashable, Sendable {
    case put(String, Int)
    case drop(String)
    case rename(String, String, Int)
  }

  /// Inodes by name, as programs see them.
  private(set) var entries: [String: Int] = [:]
  private var synced: [String: Int] = [:]
  private var unsynced: [Change] = []

  mutating func change(_ change: Change) {
    Self.apply(change, to: &entries)
    unsynced.append(change)
  }

  mutating func sync() {
    // Not simply `entries`: a change that a failed sync has lost stays lost.
    for change in unsynced { Self.apply(change, to: &synced) }
    unsynced.removeAll()
  }

  /// What a sync that reports an error leaves: the changes are seen, and no later sync saves them.
  mutating func failSync() { unsynced.removeAll() }

  /// The directory after a power cut: the changes since the last sync happened up to one that
  /// `random` picks, and the others did not. File systems with a journal keep their order.
  func afterPowerCut(_ random: inout SeededGenerator) -> SimulatedDirectory {
    var left = SimulatedDirectory()
    left.synced = synced
    for change in unsynced.prefix(random.below(unsynced.count + 1)) {
      Self.apply(change, to: &left.synced)
    }
    left.entries = left.synced
    return left
  }

  private static func apply(_ change: Change, to entries: inout [String: Int]) {
    switch change {
    case .put(let name, let node): entries[name] = node
    case .drop(let name): entries[name] = nil
    case .rename(let from, let to, let node):
      entries[from] = nil
      entries[to] = node
    }
  }
}
