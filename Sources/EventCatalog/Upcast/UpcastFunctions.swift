package import JSONBytes

/// The functions that the step `call` may name: for what the other steps cannot say.
///
/// A function uses its argument alone: no clock, no chance, no table that may change. What it gives is part of how
/// stored events are read, so a function that is in use never changes; one that must answer otherwise gets a new name.
package struct UpcastFunctions: Sendable {
  /// Why a function has no answer: a sentence without anything of the value.
  package struct Refusal: Error, Hashable, Sendable {
    package var reason: StaticText

    package init(_ reason: StaticText) { self.reason = reason }
  }

  /// From the value as it is to the value in its place.
  package typealias Function = @Sendable (JSONValue) -> Result<JSONValue, Refusal>

  private let functions: [String: Function]

  /// Functions by their names.
  package init(_ functions: [String: Function]) { self.functions = functions }

  /// The function called `name`; nil where there is none.
  subscript(name: String) -> Function? { functions[name] }

  /// The names, sorted.
  package var names: [String] { functions.keys.sorted() }

  /// Those that come with the program.
  package static let shipped = UpcastFunctions(["day-of-instant": dayOfInstant])

  /// The day in UTC of an instant: `2026-03-01T09:00:00Z` gives `2026-03-01`.
  private static let dayOfInstant: Function = { value in
    guard let text = value.string, let instant = Timestamp(text) else {
      return .failure(Refusal("the value is no instant in RFC 3339"))
    }
    return .success(.string(String(instant.text.prefix(10))))
  }
}

/// A text that stands in the source of the program, so that nothing of a value can be in it.
package struct StaticText: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  package let description: String

  package init(stringLiteral value: StaticString) { description = value.description }
}
