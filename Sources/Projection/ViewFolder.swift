// The folder of the read models, and the names in it.
//
//     views/
//       customer.sqlite             link to the file in force
//       customer@3.sqlite           the file in force
//       customer@2.sqlite           the one before it, kept to go back to
//       customer@4.sqlite.tmp       a rebuild at work; litter, if nobody holds the lock of rebuilds
//       customer.sqlite.link        the new link, for the moment before it takes the old one's place
//       customer.lock               held by the process that writes the file in force
//       customer.rebuild.lock       held by the process that rebuilds

/// One read model's files. Knows names and system calls, nothing of SQLite.
struct ViewFolder: Sendable {
  let path: String
  let model: String

  init(_ path: String, model: String) {
    let isPlain = model.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0)
    }
    precondition(
      isPlain && !model.isEmpty, "a read model's name is of lower-case letters and digits")
    self.path = path
    self.model = model
  }

  /// The link to the file in force.
  var link: String { "\(path)/\(model).sqlite" }
  private var newLinkName: String { "\(model).sqlite.link" }
  var writerLock: String { "\(path)/\(model).lock" }
  var rebuildLock: String { "\(path)/\(model).rebuild.lock" }

  private func name(ofBuild build: Int) -> String { "\(model)@\(build).sqlite" }
  func file(ofBuild build: Int) -> String { "\(path)/\(name(ofBuild: build))" }
  func unfinishedFile(ofBuild build: Int) -> String { file(ofBuild: build) + ".tmp" }

  /// Makes the folder if there is none. Read models hold personal data: nobody else may look.
  func create() throws(ProjectionError) { try ViewCalls.makeFolder(path) }

  /// The build that the link names, if its file is there; nil where no file is in force.
  func current() -> Int? {
    guard let target = ViewCalls.target(ofLink: link), let build = build(of: target),
      target == name(ofBuild: build), ViewCalls.exists(file(ofBuild: build))
    else { return nil }
    return build
  }

  /// The number for a new build: beyond every number in use.
  func nextBuild() throws(ProjectionError) -> Int {
    let used = try ViewCalls.names(in: path).compactMap { build(of: $0) }
    return (used.max() ?? 0) + 1
  }

  /// The build in force before `build`: the highest below it whose file is there.
  func previous(to build: Int) throws(ProjectionError) -> Int? {
    try ViewCalls.names(in: path).compactMap { file in
      self.build(of: file).flatMap { file == name(ofBuild: $0) && $0 < build ? $0 : nil }
    }.max()
  }

  /// Gives the unfinished file its name, so that it survives a power cut whole.
  func finish(_ build: Int) throws(ProjectionError) {
    let unfinished = unfinishedFile(ofBuild: build)
    try ViewCalls.syncFile(unfinished)
    try ViewCalls.rename(unfinished, to: file(ofBuild: build))
    try ViewCalls.syncFolder(path)
  }

  /// Makes the finished `build` the file in force, by one rename.
  func putInForce(_ build: Int) throws(ProjectionError) {
    let newLink = "\(path)/\(newLinkName)"
    try ViewCalls.remove(newLink)
    try ViewCalls.link(newLink, to: name(ofBuild: build))
    try ViewCalls.rename(newLink, to: link)
    try ViewCalls.syncFolder(path)
  }

  /// Removes what killed rebuilds left, and every build but the one in force and `kept`. A build beyond the one in
  /// force never came into force: litter as well. Only for the holder of the lock of rebuilds.
  func removeLitter(keeping kept: Int?) throws(ProjectionError) {
    let builds = [current(), kept].compactMap { $0 }
    for name in try ViewCalls.names(in: path) {
      let isLitter =
        if let build = build(of: name) {
          name.contains(".sqlite.tmp") || !builds.contains(build)
        } else {
          name == newLinkName
        }
      if isLitter { try ViewCalls.remove("\(path)/\(name)") }
    }
  }

  /// The number in `customer@3.sqlite…`; nil for other names.
  private func build(of name: String) -> Int? {
    guard name.hasPrefix("\(model)@") else { return nil }
    let digits = name.dropFirst(model.count + 1).prefix { $0.isASCII && $0.isNumber }
    guard name.dropFirst(model.count + 1 + digits.count).hasPrefix(".sqlite") else { return nil }
    return Int(digits)
  }
}
