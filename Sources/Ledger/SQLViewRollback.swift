// A view in SQL goes back to the file before the one in force, and to the definition which that file was made by.

import Disk
import LogEngine
import Projection

extension LedgerView {
  /// Puts the file before back in force, and its definition back into the ledger's folder, if that is another one: first
  /// the definition, then the file. Killed between the two, the view is brought to the file before by its next use.
  func rollBack(
    from model: SQLReadModel, at step: (RollbackStep) throws -> Void
  ) throws -> ViewProgress {
    let folder = SQLModelFolder(ledger.directory, LinuxFileSystem())
    let before = try folder.changing {
      let engine = try opened().engine
      // A file that tells of no definition is one of an older program: it is refused, or it is of this one after all.
      let before = try engine.previousDefinition().map { try definition($0) } ?? model
      let view = ledger.view(of: before)
      _ = try view.opened().engine.rollBack(
        puttingBack: { if try folder.text(name) != before.text { try folder.keep(before) } },
        at: step)
      return before
    }
    var done = try ledger.view(of: before).catchUp()
    if before.text != model.text { done.definition = before.version }
    return done
  }

  /// Reads the definition that a file tells of. It was taken once, by a program that may have allowed more than this one.
  private func definition(_ text: String) throws -> SQLReadModel {
    let model: SQLReadModel
    do {
      model = try SQLReadModel(text, file: "\(name).sql")
    } catch let error as SQLModelError {
      throw ProjectionError.cannotRollBack(
        model: name, reason: "this program does not take its definition: \(error)")
    }
    guard model.name == name else {
      throw ProjectionError.damaged(model: name, finding: "it tells of the view \(model.name)")
    }
    return model
  }
}
