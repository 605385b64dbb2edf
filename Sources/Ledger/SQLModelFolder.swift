// Where a ledger keeps its views in SQL: schemas/read-models/NAME.sql in its folder.

import Disk
import LogEngine
import Projection

/// The definitions of a ledger's views in SQL.
struct SQLModelFolder {
  private let directory: String
  private let files: any FileSystem

  init(_ directory: String, _ files: any FileSystem) {
    self.directory = directory
    self.files = files
  }

  private static let folder = "read-models"
  private static let suffix = ".sql"

  private var path: String { "\(directory)/schemas/\(Self.folder)" }

  /// The names of the files, without their suffix.
  func names() throws(DiskError) -> [String] {
    guard try files.exists(path) else { return [] }
    return try files.list(path).sorted().filter { $0.hasSuffix(Self.suffix) }
      .map { String($0.dropLast(Self.suffix.count)) }
  }

  /// The text of a file; nil where there is none.
  func text(_ name: String) throws(DiskError) -> String? {
    let file = "\(path)/\(name)\(Self.suffix)"
    guard try files.exists(file) else { return nil }
    return String(
      decoding: try files.contents(of: file, sizeMax: SQLReadModel.sizeMax), as: UTF8.self)
  }

  /// Every model that can be used. One that cannot, because its file was altered, is left out, and a remark says so: the
  /// ledger and its other views are as good.
  func load(
    _ catalogue: LedgerDescription.Catalogue
  ) throws(DiskError) -> (models: [SQLReadModel], remarks: [String]) {
    var models: [SQLReadModel] = []
    var remarks: [String] = []
    for name in try names() {
      guard let text = try text(name) else { continue }
      do {
        let model = try SQLReadModel(text, file: "\(name)\(Self.suffix)")
        guard model.name == name, catalogue == .own || model.department != nil else {
          remarks.append("the view in \(name).sql was left out: its header was altered")
          continue
        }
        models.append(model)
      } catch {
        remarks.append("the view in \(name).sql was left out: \(LedgerError(any: error).sentence)")
      }
    }
    return (models, remarks)
  }

  /// Throws `view.changed` where the definition is not that of `model` any more: a program that has the ledger open since
  /// before would make the rows of a definition that is gone.
  func expect(_ model: SQLReadModel) throws {
    guard try text(model.name) != model.text else { return }
    throw LedgerError(
      "view.changed",
      "the definition of the view \(model.name) was changed or removed since this program opened the "
        + "ledger; run it again", .busy)
  }

  /// Copies every definition, as it is, into the folder of another ledger, each durable before the next.
  func copy(to target: String) throws(DiskError) {
    let names = try names()
    if names.isEmpty { return }
    let other = SQLModelFolder(target, files)
    try other.create()
    for name in names {
      let bytes = try files.contents(
        of: "\(path)/\(name)\(Self.suffix)", sizeMax: SQLReadModel.sizeMax)
      try DurableReplace.write(bytes, to: name + Self.suffix, in: other.path, on: files)
    }
  }

  private func create() throws(DiskError) {
    try files.makeDirectory("\(directory)/schemas")
    try files.syncDirectory(directory)
    try files.makeDirectory(path)
    try files.syncDirectory("\(directory)/schemas")
  }

  /// Puts a definition in place of what was there, durably.
  func keep(_ model: SQLReadModel) throws(DiskError) {
    try create()
    try DurableReplace.write(
      Array(model.text.utf8), to: model.name + Self.suffix, in: path, on: files)
  }

  /// Removes a definition, durably.
  func remove(_ name: String) throws(DiskError) {
    try files.remove("\(path)/\(name)\(Self.suffix)")
    try files.syncDirectory(path)
  }

  /// Runs `body` while nobody else changes definitions. Throws a busy error where somebody does.
  func changing<R>(_ body: () throws -> R) throws -> R {
    try files.makeDirectory("\(directory)/views")
    // No model's name has a hyphen, so this is no model's lock.
    let lock = try WriterLock("\(directory)/views/sql-views.lock", on: files)
    defer { lock.release() }
    return try body()
  }
}
