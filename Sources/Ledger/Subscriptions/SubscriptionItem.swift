// What a subscriber gets, one JSON text a line.

import JSONBytes
import LogEngine
package import Projection

/// One thing that is handed to a subscriber.
package struct SubscriptionItem: Sendable {
  /// A JSON object, without a line feed.
  package var line: [UInt8]
  /// What acknowledges it and all before it; nil for what needs no acknowledgement: a reset, and the rows before their
  /// end.
  package var place: FeedCursor?
}

extension SubscriptionItem {
  /// An event, as JSON bytes.
  static func event(_ entry: ArraySlice<UInt8>, at position: Position) -> SubscriptionItem {
    var line = Array("{\"kind\":\"event\",\"position\":\(position.value),\"event\":".utf8)
    line += entry
    line.append(UInt8(ascii: "}"))
    return SubscriptionItem(line: line, place: FeedCursor(position.advanced(by: 1)))
  }

  /// Forget the rows that you have: all rows come anew.
  static func reset(_ view: String, _ place: FeedCursor) -> SubscriptionItem {
    SubscriptionItem(
      line: text(["kind": "reset", "position": position(place), "view": .string(view)]), place: nil)
  }

  /// A row as it stands.
  static func row(
    _ view: String, _ table: String, key: JSONValue, row: JSONValue, _ place: FeedCursor
  ) -> SubscriptionItem {
    SubscriptionItem(
      line: text([
        "kind": "row", "position": position(place), "view": .string(view), "table": .string(table),
        "key": key, "row": row,
      ]), place: nil)
  }

  /// All rows came; changes follow.
  static func current(_ view: String, _ place: FeedCursor) -> SubscriptionItem {
    SubscriptionItem(
      line: text([
        "kind": "current", "position": position(place), "number": .integer(place.number),
        "view": .string(view),
      ]), place: place)
  }

  static func change(_ view: String, _ change: RowChange) -> SubscriptionItem {
    SubscriptionItem(
      line: text([
        "kind": "change", "position": position(change.after),
        "number": .integer(change.after.number), "view": .string(view),
        "table": .string(change.table), "key": change.key,
        "operation": .string(change.operation.rawValue), "row": change.row,
      ]), place: change.after)
  }

  private static func position(_ place: FeedCursor) -> JSONValue { .integer(place.next.value) }

  private static func text(_ value: JSONValue) -> [UInt8] {
    var bytes: [UInt8] = []
    value.write(to: &bytes)
    return bytes
  }
}

extension DecodedEvent {
  /// The event as a department has it: a CloudEvent of what is left of it, its data in the newest version. Of an erasure
  /// that it was not granted, what it must know to erase as well.
  func cloudEvent() -> [UInt8] {
    var members: [JSONMember] = [
      JSONMember("specversion", "1.0"), JSONMember("id", .string(id)),
      JSONMember("source", .string(source)), JSONMember("type", .string(type)),
      JSONMember("dataschema", .string("\(type)/\(schemaVersion)")),
    ]
    if let subject { members.append(JSONMember("subject", .string(subject))) }
    if let revision { members.append(JSONMember("revision", .integer(revision))) }
    members += [
      JSONMember("time", .string(time.text)), JSONMember("recordedtime", .string(recorded.text)),
      JSONMember("authtype", .string(authtype)),
    ]
    if let authid { members.append(JSONMember("authid", .string(authid))) }
    if let causationid { members.append(JSONMember("causationid", .string(causationid))) }
    if let correlationid { members.append(JSONMember("correlationid", .string(correlationid))) }
    members.append(JSONMember("data", data.value))
    var bytes: [UInt8] = []
    JSONValue.object(members).write(to: &bytes)
    return bytes
  }
}
