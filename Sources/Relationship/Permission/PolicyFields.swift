// Helpers for reading a policy: each asks for one thing, and answers with a sentence where it is not there.

import JSONBytes

/// A value of a policy, and where it stands.
struct PolicyField {
  let view: JSONView
  let pointer: String

  func fault(_ sentence: String) -> PolicyFault {
    PolicyFault(pointer: pointer, sentence: sentence)
  }

  /// The last name of the pointer, for sentences: of an element that of its list.
  private var name: String {
    pointer.split(separator: "/").last { !$0.allSatisfy(\.isNumber) }.map(String.init)
      ?? "the policy"
  }

  func text() throws(PolicyFault) -> String {
    guard let text = view.string, !text.isEmpty else { throw fault("`\(name)` is a word") }
    return text
  }

  func texts() throws(PolicyFault) -> [String] {
    guard view.kind == .array else {
      throw fault("`\(name)` is a list of words, such as [one, two]")
    }
    var texts: [String] = []
    for element in view.elements {
      guard let text = element.string, !text.isEmpty else {
        throw fault("`\(name)` is a list of words")
      }
      texts.append(text)
    }
    return texts
  }

  func channels() throws(PolicyFault) -> [String] {
    let channels = try texts()
    for channel in channels { try checkChannel(channel) }
    return channels
  }

  func checkChannel(_ text: String) throws(PolicyFault) {
    guard Channel.isChannel(text) else {
      throw fault(
        "`\(text)` is no channel; a channel begins with one of: "
          + Channel.names.joined(separator: ", "))
    }
  }

  func code<Code: RawRepresentable<String> & CaseIterable>(
    _: Code.Type
  ) throws(PolicyFault) -> Code {
    guard let code = Code(rawValue: try text()) else {
      throw fault(
        "`\(name)` is one of: " + Code.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return code
  }
}

/// The members of one group. Names that are not known are refused, so that a typing error is no rule silently left out.
struct PolicyFields {
  let pointer: String
  /// In the order of the text.
  let fields: [(name: String, field: PolicyField)]

  /// `known`: the names that may stand here; nil: any.
  init(_ view: JSONView, at pointer: String, known: [String]?) throws(PolicyFault) {
    guard view.kind == .object else {
      throw PolicyFault(pointer: pointer, sentence: "here stand names and values")
    }
    self.pointer = pointer
    fields = view.members.map { name, value in
      (name, PolicyField(view: value, pointer: JSONPointer.appending(name, to: pointer)))
    }
    guard let known else { return }
    for (name, field) in fields where !known.contains(name) {
      throw field.fault("`\(name)` is not known; known here: \(known.joined(separator: ", "))")
    }
  }

  func fault(_ name: String, _ sentence: String) -> PolicyFault {
    PolicyFault(pointer: JSONPointer.appending(name, to: pointer), sentence: sentence)
  }

  func has(_ name: String) -> Bool { fields.contains { $0.name == name } }

  func field(_ name: String) throws(PolicyFault) -> PolicyField {
    guard let field = fields.first(where: { $0.name == name })?.field else {
      throw PolicyFault(pointer: pointer, sentence: "`\(name)` is missing; add it")
    }
    return field
  }

  func group(_ name: String, known: [String]? = nil) throws(PolicyFault) -> PolicyFields {
    let field = try field(name)
    return try PolicyFields(field.view, at: field.pointer, known: known)
  }

  func text(_ name: String) throws(PolicyFault) -> String { try field(name).text() }

  func list(_ name: String) throws(PolicyFault) -> [PolicyField] {
    let field = try field(name)
    guard field.view.kind == .array else { throw field.fault("`\(name)` is a list") }
    return field.view.elements.enumerated().map { index, view in
      PolicyField(view: view, pointer: JSONPointer.appending("\(index)", to: field.pointer))
    }
  }

  func period(_ name: String) throws(PolicyFault) -> CalendarPeriod {
    guard let period = CalendarPeriod(try text(name)) else {
      throw fault(name, "`\(name)` is an ISO 8601 duration in whole units, such as P24M or PT15M")
    }
    return period
  }

  /// A period in which something is counted: none at all would switch the rule off unseen.
  func lastingPeriod(_ name: String) throws(PolicyFault) -> CalendarPeriod {
    let period = try period(name)
    guard !period.isZero else {
      throw fault(
        name, "`\(name)` is longer than zero, such as P7D; in no time nothing is counted")
    }
    return period
  }

  func minutes(_ name: String) throws(PolicyFault) -> Int {
    guard let minutes = LocalHours.minutes(try text(name)) else {
      throw fault(name, "`\(name)` is a time of the day, HH:MM from 00:00 to 24:00")
    }
    return minutes
  }

  func count(_ name: String, in range: ClosedRange<Int>) throws(PolicyFault) -> Int {
    guard let value = try field(name).view.integer, let count = Int(exactly: value),
      range.contains(count)
    else {
      throw fault(
        name, "`\(name)` is a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return count
  }

  func flag(_ name: String) throws(PolicyFault) -> Bool {
    guard let flag = try field(name).view.bool else {
      throw fault(name, "`\(name)` is true or false")
    }
    return flag
  }
}
