/// Upcasts for tests: short ways to make and run them.
import JSONBytes
import Testing

@testable import EventCatalog

enum Making {
  /// A schema that takes any object, or what `rules` add.
  static func schema(_ type: String, _ version: Int, _ rules: String = "") -> Catalog.File {
    let text = #"""
      {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "\#(type)/\#(version)",
       "x-subject": "customer", "x-dataclassification": "internal", "x-datacategory": "standard",
       "type": "object"\#(rules.isEmpty ? "" : ", " + rules)}
      """#
    return ("\(type).v\(version).json", Array(text.utf8))
  }

  static func upcast(_ type: String, _ from: Int, _ to: Int, _ steps: String) -> Catalog.File {
    let text = #"{"type": "\#(type)", "from": \#(from), "to": \#(to), "steps": [\#(steps)]}"#
    return ("\(type).v\(from)-v\(to).json", Array(text.utf8))
  }

  static func view(_ text: String) throws -> JSONView {
    try JSONDocument(scanning: Array(text.utf8)).root
  }

  static let functions = UpcastFunctions([
    "length": { value in
      value.string.map { .success(.integer($0.unicodeScalars.count)) }
        ?? .failure(UpcastFunctions.Refusal("the value is no string"))
    }
  ])

  /// The upcaster of one file of steps to a version that takes any object.
  static func upcaster(
    _ steps: String, functions: UpcastFunctions = Making.functions
  ) throws -> Upcaster {
    let catalog = try Catalog.only(
      [schema("t.t", 1), schema("t.t", 2)], upcasts: [upcast("t.t", 1, 2, steps)],
      functions: functions)
    guard case .lifted(let upcaster)? = catalog.type(named: "t.t")?.reading(ofVersion: 1) else {
      throw SchemaError(.upcast, "t.t.v1-v2.json", "", "", "is not used")
    }
    return upcaster
  }

  /// What the steps make of the data, as canonical JSON, or the sentence of the failure.
  static func lifted(
    _ data: String, by steps: String, functions: UpcastFunctions = Making.functions
  ) throws -> String {
    let upcaster = try upcaster(steps, functions: functions)
    let view = try view(data)
    do throws(UpcastFailure) {
      return String(decoding: try upcaster.lift(view).source, as: UTF8.self)
    } catch {
      return error.sentence
    }
  }
}
