// Reading an event's `data` by field name.

import JSONBytes
package import Projection
package import Relationship

/// The fields of one event. A field that is absent, or not of the kind asked for, is nil.
struct EventFields {
  let data: JSONView

  /// What stands in place of a personal value that this reader may not see.
  static let hidden = "[hidden]"

  init(_ data: JSONView) { self.data = data }

  func text(_ name: String) -> String? { data[name]?.string }

  /// A code, path or id that the schema requires; empty where it is not there.
  func word(_ name: String) -> String { text(name) ?? "" }

  /// A personal value: its text; "[hidden]" where something else stands in its place, such as ciphertext.
  func personal(_ name: String) -> String? {
    guard let view = data[name] else { return nil }
    return view.string ?? Self.hidden
  }

  func money(_ name: String) -> Money? { Money(data[name]) }

  func instant(_ name: String) -> Timestamp? { data[name]?.text.flatMap { Timestamp($0) } }

  /// The start of a day in UTC.
  func day(_ name: String) -> Timestamp? {
    data[name]?.text.flatMap { CivilDate($0) }.map { Timestamp($0) }
  }

  func bool(_ name: String) -> Bool? { data[name]?.bool }

  func integer(_ name: String) -> Int64? { data[name]?.integer }

  /// A number as it is written.
  func number(_ name: String) -> String? { data[name]?.numberText }

  func has(_ name: String) -> Bool { data[name] != nil }

  /// The texts of a list.
  func texts(_ name: String) -> [String] { data[name]?.elements.compactMap(\.string) ?? [] }

  /// The objects of a list.
  func objects(_ name: String) -> [EventFields] {
    data[name]?.elements.map { EventFields($0) } ?? []
  }

  func object(_ name: String) -> EventFields? { data[name].map { EventFields($0) } }
}

extension DecodedEvent {
  var fields: EventFields { EventFields(data) }

  var author: Author { Author(authtype: authtype) }

  var moment: Moment { Moment(time, place: place) }

  var mark: EventMark { EventMark(id, at: moment, by: author) }

  /// As the fold of permission takes it in.
  package var permissionEvent: PermissionEvent {
    PermissionEvent(
      EventStamp(
        id, source: source, place: place, time: time, recorded: recorded, author: author,
        authid: authid),
      type: type, subject: subject, data: data)
  }

  /// When a no takes effect: nobody may delay it by a clock that runs ahead.
  var momentOfNo: Moment { Moment(min(time, recorded), place: place) }

  /// Whether the author may loosen what the customer set: she herself, or staff with proof of her act.
  var mayLoosen: Bool {
    author == .customer || (author == .staff && fields.has("evidence"))
  }
}
