/// Loops of tests that say in which turn they failed.

/// The values of the loops that the current task is in, outermost first: `cut = 17, size = 3`.
///
/// For the comment of an expectation inside ``withEvery(_:in:_:)``:
///
///     withEvery("cut", in: 0...log.count) { cut in
///       #expect(recover(log.prefix(cut)) == wholeEvents(before: cut), "\(loopValues)")
///     }
package var loopValues: String {
  LoopValues.names.map(\.text).joined(separator: ", ")
}

/// An error thrown inside a loop, with the values of the loops.
package struct LoopFailure: Error, CustomStringConvertible {
  package let values: String
  package let underlying: any Error

  package var description: String { "\(values): \(underlying)" }
}

/// Calls `body` with every element, and keeps the element for the failure message.
///
/// What `body` throws is thrown on as a ``LoopFailure`` that names this loop and those around it.
/// An expectation that only records needs ``loopValues`` as its comment.
package func withEvery<Elements: Sequence>(
  _ name: String, in elements: Elements, _ body: (Elements.Element) throws -> Void
) rethrows {
  for element in elements {
    try LoopValues.$names.withValue(LoopValues.names + [LoopValues.Name(name, element)]) {
      do {
        try body(element)
      } catch let inner as LoopFailure {
        throw inner
      } catch {
        throw LoopFailure(values: loopValues, underlying: error)
      }
    }
  }
}

/// The same for a body that waits.
package func withEvery<Elements: Sequence>(
  _ name: String, in elements: Elements, isolation: isolated (any Actor)? = #isolation,
  _ body: (Elements.Element) async throws -> Void
) async rethrows {
  for element in elements {
    try await LoopValues.$names.withValue(
      LoopValues.names + [LoopValues.Name(name, element)],
      operation: {
        do {
          try await body(element)
        } catch let inner as LoopFailure {
          throw inner
        } catch {
          throw LoopFailure(values: loopValues, underlying: error)
        }
      }, isolation: isolation)
  }
}

private enum LoopValues {
  /// A loop and where it stands; written out only if something fails.
  struct Name: Sendable {
    let text: String

    init(_ name: String, _ value: some Any) { text = "\(name) = \(value)" }
  }

  @TaskLocal static var names: [Name] = []
}
