/// Puts a whole new file in the place of an old one so that a power cut leaves one of the two, never a mixture.
package enum DurableReplace {
  /// Writes `bytes` to `path` + `.tmp`, syncs it, renames it over `path`, and syncs the directory.
  ///
  /// After a throw before the rename the old file is whole; litter is left to the next start. One hole is known:
  /// a file system that reorders a rename before the data it names (ext4 without `auto_da_alloc`) is kept right by
  /// the sync before the rename.
  package static func write(
    _ bytes: [UInt8], to name: String, in directory: String, on files: some FileSystem
  ) throws(DiskError) {
    try write(to: name, in: directory, on: files) { file throws(DiskError) in
      try file.write(bytes, at: 0)
    }
  }

  /// The same with what `body` writes to the new file, piece by piece.
  package static func write(
    to name: String, in directory: String, on files: some FileSystem,
    _ body: (any WritableFile) throws(DiskError) -> Void
  ) throws(DiskError) {
    let path = directory + "/" + name
    let temporary = path + ".tmp"
    if try files.exists(temporary) { try files.remove(temporary) }
    let file = try files.create(temporary)
    try body(file)
    try file.sync()
    try file.close()
    try files.rename(temporary, to: path)
    try files.syncDirectory(directory)
  }
}

/// Makes folders whose names survive a power cut.
package enum DurableFolder {
  /// Makes the folder `name` in `parent` where there is none, and syncs `parent`.
  ///
  /// A folder that is there already may be what a process left whose sync failed: the kernel still shows it, and no
  /// later sync saves its name, unless the name changes. So it is given its name anew. Only for folders that nobody
  /// relies on yet.
  package static func make(
    _ name: String, in parent: String, on files: some FileSystem
  ) throws(DiskError) {
    let path = "\(parent)/\(name)"
    let spare = path + ".tmp"
    if try files.exists(path) {
      if try !files.exists(spare) {
        try files.rename(path, to: spare)
        try files.rename(spare, to: path)
      }
    } else if try files.exists(spare) {
      try files.rename(spare, to: path)
    } else {
      try files.makeDirectory(path)
    }
    try files.syncDirectory(parent)
  }
}
