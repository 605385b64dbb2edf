// What a command that appends does at its end: what follows by itself, then the views.

import Ledger

extension Summaries {
  /// Appends what follows by itself from what came in, says so, and brings the views up to date, whatever became of it.
  static func followUp(_ ledger: Ledger) async throws {
    do {
      let followed = try await ledger.react()
      if followed.count > 0 { Terminal.note("followed by itself: \(followed.text)") }
    } catch {
      catchUpViews(of: ledger)
      throw error
    }
    catchUpViews(of: ledger)
  }
}
