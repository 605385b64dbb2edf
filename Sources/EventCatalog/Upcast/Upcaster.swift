package import JSONBytes

/// All steps from one version of a type to its newest, composed once: what files lie between does not matter any more
/// when events are read.
package final class Upcaster: Sendable {
  /// The files, in the order in which their steps run.
  package let files: [String]
  /// What every result must fit.
  package let newest: EventSchema
  private let steps: [(file: String, place: Int, step: UpcastStep)]
  /// The texts of the files, one after another.
  private let identity: [[UInt8]]

  init(_ upcasts: [Upcast], to newest: EventSchema) {
    precondition(!upcasts.isEmpty, "without an upcast nothing is lifted")
    files = upcasts.map(\.file)
    self.newest = newest
    identity = upcasts.map(\.canonicalText)
    steps = upcasts.flatMap { upcast in
      upcast.steps.enumerated().map { (upcast.file, $0.offset, $0.element) }
    }
  }

  /// The data as the newest version has it, in a document of its own. A value that does not fit the newest schema is
  /// never given back.
  ///
  /// Cost: a few microseconds for a small object; a tree of the whole data is made.
  package func lift(_ data: JSONView) throws(UpcastFailure) -> JSONView {
    var value = data.value
    for (file, place, step) in steps {
      do throws(UpcastFault) {
        try step.apply(to: &value)
      } catch {
        throw UpcastFailure(
          file: file, step: "/steps/\(place)", words: "\(step.word.rawValue) \(step.pointer)",
          reason: error.reason)
      }
    }
    var text: [UInt8] = []
    CanonicalWriter.write(value, to: &text)
    let result: JSONView
    do throws(JSONError) {
      result = try JSONDocument(scanning: text).root
    } catch {
      throw UpcastFailure(
        file: newest.file, step: "", words: "",
        reason: "the result is beyond what JSON may be here: \(error.reason.rawValue)")
    }
    if let violation = newest.schema.violation(in: result) {
      throw UpcastFailure(
        file: newest.file, step: "", words: "",
        reason: "the result does not fit \(newest.identifier): \(violation.sentence)")
    }
    return result
  }

  /// Whether both read every event alike.
  package func isSame(as other: Upcaster) -> Bool {
    identity == other.identity && newest.schema.document.bytes == other.newest.schema.document.bytes
  }
}

/// How events of one version are read.
package enum VersionReading: Sendable {
  /// It is the newest version.
  case newest
  /// Whatever fits this version fits the newest one: as it is stored.
  case asItIs
  /// Through the steps of upcasts.
  case lifted(Upcaster)
  /// Not at all: a sentence that says what is missing.
  case unreadable(String)
}
