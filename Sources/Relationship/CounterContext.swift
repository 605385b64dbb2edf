// Where a customer and we meet: what matters there differs.

/// A point of contact, as far as what is shown, asked and honoured there differs.
package enum CounterContext: String, Hashable, Sendable, CaseIterable {
  /// Something is being booked, or prepared.
  case booking
  /// A till, where others may read the screen.
  case till
  case phone
  /// A page that the customer reads herself.
  case web
  /// The floor of a store.
  case store

  /// The channel on which we meet there: a pause of another one says nothing about it.
  package var channel: String {
    switch self {
    case .booking, .till, .store: "inperson"
    case .phone: "voice"
    case .web: "inapp.web"
    }
  }

  /// Whether only the customer, or whoever talks with her, sees the screen.
  package var isPrivate: Bool { self != .till && self != .store }
}
