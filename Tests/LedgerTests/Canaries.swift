// An event of every type that ships, with a value in every field that is nowhere else.

import Foundation
import JSONBytes
import LogEngine
import Projection
import RapportTesting

/// An event whose every field can be told from every other.
struct CanaryEvent {
  /// A field of `data`, and what stands there and nowhere else.
  struct Field {
    /// With the type: `order.completed.lines.sku`.
    var path: String
    var isPersonal: Bool
    /// Texts, one for each place of the field in the event; none for a boolean.
    var texts: [String]
  }

  var event: DecodedEvent
  var fields: [Field]
  /// Stands in `authid`.
  var actor: String

  /// One event of each type, made from the files of `schemas/events`, read without the catalogue: a list has two
  /// elements, every member is there. `isEncrypted`: personal values stand in their encrypted form.
  static func all(isEncrypted: Bool = false) throws -> [CanaryEvent] {
    let folder = SharedData.repository + "/schemas/events"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".v1.json") }.sorted()
    return try names.enumerated().map { place, name in
      let root = try JSONDocument(scanning: SharedData.bytes(ofFile: "\(folder)/\(name)"))
        .root.value
      var maker = Maker(
        type: String(name.dropLast(".v1.json".count)), root: root, number: place * 1_000,
        isEncrypted: isEncrypted)
      return maker.make(at: place)
    }
  }

  private struct Maker {
    let type: String
    let root: JSONValue
    var number: Int
    let isEncrypted: Bool
    var fields: [Field] = []

    mutating func make(at place: Int) -> CanaryEvent {
      let data = value(of: root, path: type, isPersonal: false)
      var history = History()
      let hasSubject = root["x-subject"]?.string != "none"
      history.add(type, of: hasSubject ? "c1" : nil, data)
      var event = history.events[0]
      event.position = .init(UInt64(place))
      let actor = next()
      event.authid = actor
      return CanaryEvent(event: event, fields: fields, actor: actor)
    }

    private mutating func next() -> String {
      number += 1
      return "canary-\(1_000_000 + number)"
    }

    private mutating func note(_ path: String, _ isPersonal: Bool, _ text: String?) {
      if let known = fields.firstIndex(where: { $0.path == path }) {
        fields[known].texts += text.map { [$0] } ?? []
      } else {
        fields.append(Field(path: path, isPersonal: isPersonal, texts: text.map { [$0] } ?? []))
      }
    }

    private mutating func value(
      of schema: JSONValue, path: String, isPersonal: Bool
    ) -> JSONValue {
      if let reference = schema["$ref"]?.string {
        let definition = root["$defs"]?[String(reference.dropFirst("#/$defs/".count))]
        guard let definition else { preconditionFailure("no \(reference)") }
        return value(
          of: definition, path: path,
          isPersonal: isPersonal || schema["x-personal"] == .bool(true))
      }
      let isPersonal = isPersonal || schema["x-personal"] == .bool(true)
      if isPersonal, isEncrypted {
        let text = next()
        note(path, true, text)
        return ["$enc": .string(text)]
      }
      switch schema["type"]?.string {
      case "object"?:
        guard case .object(let properties)? = schema["properties"] else {
          let text = next()
          note(path, isPersonal, text)
          return ["anything": .string(text)]
        }
        return .object(
          properties.map { property in
            JSONMember(
              property.name,
              value(of: property.value, path: "\(path).\(property.name)", isPersonal: isPersonal))
          }.sorted { $0.name < $1.name })
      case "array"?:
        guard let items = schema["items"] else { preconditionFailure("\(path) has no items") }
        return .array((0..<2).map { _ in value(of: items, path: path, isPersonal: isPersonal) })
      case "boolean"?:
        note(path, isPersonal, nil)
        return true
      case "integer"?, "number"?:
        let text = next()
        note(path, isPersonal, String(text.dropFirst("canary-".count)))
        return .number(String(text.dropFirst("canary-".count)))
      default:
        let text = next()
        note(path, isPersonal, text)
        return .string(text)
      }
    }
  }
}

extension JSONView {
  /// The paths of what stands in the value, lists passed through, below `path`. What is encrypted counts as one value.
  func paths(below path: String) -> Set<String> {
    switch kind {
    case .object where self["$enc"] == nil:
      members.reduce(into: Set<String>()) { all, member in
        all.formUnion(member.value.paths(below: "\(path).\(member.name)"))
      }
    case .array: elements.reduce(into: Set<String>()) { $0.formUnion($1.paths(below: path)) }
    default: [path]
    }
  }
}
