// Which events the door looks at before they go in. All others pass without a question.

import EventCatalog
import JSONBytes
import Projection
import Relationship

/// What the door asks of an event.
enum Guarded: Sendable {
  /// A yes, a choice, a policy: ``Relationship/AppendRule``.
  case word
  /// The redemption of a credit: ``Relationship/CreditRule``.
  case credit
  /// A message that redeems a decision token: ``Relationship/DecisionToken``.
  case send
  /// A question: ``Relationship/QuestionRule``.
  case question
  /// Something that an import must not bring.
  case imported
  /// Nothing; but what stands behind it may depend on who is one customer.
  case identity

  /// Whether the answer depends on who is one customer: merges on their way are recorded first.
  var isAboutEverySubject: Bool {
    switch self {
    case .word, .credit, .send, .question: true
    case .imported, .identity: false
    }
  }
}

/// For each type of a catalogue what the door asks. Immutable; a look-up costs an array access.
struct GuardedTypes: Sendable {
  private let byIndex: [Guarded?]
  private let importedByIndex: [Bool]
  private let isIdentityByIndex: [Bool]

  /// None of a catalogue that an organisation brought itself: its types may have the same names and mean something
  /// else.
  init(_ catalog: Catalog, isShipped: Bool) {
    let types = isShipped ? catalog.types : []
    byIndex = types.map { type in
      if AppendRule.types.contains(type.name) { return .word }
      return switch type.name {
      case "credit.redeemed": .credit
      case "contact.sent": .send
      case "question.asked": .question
      case _ where CustomerMap.eventTypes.contains(type.name): .identity
      default: nil
      }
    }
    importedByIndex = types.map { AppendRule.importedTypes.contains($0.name) }
    isIdentityByIndex = types.map { CustomerMap.eventTypes.contains($0.name) }
  }

  /// Whether it changes which customers are one person.
  func changesGroups(_ event: CheckedEvent) -> Bool {
    let index = event.type.index
    return index < isIdentityByIndex.count && isIdentityByIndex[index]
  }

  /// What the door asks of a checked event; nil for nearly all.
  func kind(of event: CheckedEvent) -> Guarded? {
    let index = event.type.index
    guard index < byIndex.count else { return nil }
    let kind = byIndex[index]
    if kind == .send {
      return event.data["decisionEventId"] != nil && !Self.isImported(event) ? .send : nil
    }
    if importedByIndex[index], kind != .word, Self.isImported(event) { return .imported }
    return kind
  }

  /// As ``Relationship/EventStamp/isImport`` has it.
  static func isImported(_ event: CheckedEvent) -> Bool {
    event.source.text?.starts(with: "/import/".utf8) == true
      || event.view(.authid)?.text?.starts(with: "import:".utf8) == true
  }
}
