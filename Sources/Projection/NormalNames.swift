// Names of customers that have another spelling, in logs from before intake refused them or that other tools wrote.

import JSONBytes
import LogEngine

/// The log keeps `é` and `e` with an accent of its own apart, by bytes; sets and dictionaries of `String` hold them for
/// one. An event that names a customer so is taken in nowhere, alike on every way, and every view tells of it as a hole:
/// it never shows under another customer.
enum NormalNames {
  /// What names other customers in its data.
  static let namingType = "profile.merged"
  static let fields = ["canonical", "absorbed"]

  /// Why an event is not taken in; `name` is the attribute or the field.
  static func reason(_ name: String) -> String {
    "its \(name) is not in Unicode Normalization Form C"
  }

  /// Whether a segment's customers all have one spelling.
  static func areNormal(_ customers: CustomerNames) -> Bool {
    let bytes = customers.bytes
    if NormalForm.isNormal(bytes.span, 0, bytes.count) { return true }
    return (0..<customers.count).allSatisfy { id in
      let range = customers.range(id)
      return NormalForm.isNormal(bytes.span, range.lowerBound, range.upperBound)
    }
  }
}

extension DecodedEvent {
  /// Why it cannot be taken in for the names of customers in it; nil where each is in Normalization Form C. Asks the
  /// data as it was stored. Cost: some nanoseconds.
  package var faultOfNames: String? {
    if let subject, !NormalForm.isNormal(subject) { return NormalNames.reason("subject") }
    guard type == NormalNames.namingType else { return nil }
    let name = NormalNames.fields.first { name in
      data[name]?.string.map { !NormalForm.isNormal($0) } ?? false
    }
    return name.map { NormalNames.reason($0) }
  }
}
