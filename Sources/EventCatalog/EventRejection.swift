/// Why an event is not taken: a stable code, the place, and a sentence that says how to mend it.
///
/// Nothing of it repeats what the event says of a person.
package struct EventRejection: Error, Hashable, Sendable {
  /// Every reason, by the name that stays the same for ever.
  package enum Code: String, CaseIterable, Sendable {
    /// The event is no JSON object.
    case notAnObject = "event.not-an-object"
    /// An attribute that every event needs is absent.
    case attributeMissing = "event.attribute-missing"
    /// An attribute has a wrong name, type or value.
    case attribute = "event.attribute"
    /// A source set `recordedtime`, `sequence` or `revision`.
    case ledgerAttribute = "event.ledger-attribute"
    /// `specversion` is not 1.0.
    case specVersion = "event.specversion"
    /// No schema has this type.
    case unknownType = "event.unknown-type"
    /// `dataschema` is malformed, or names another type or a version that does not exist.
    case schemaVersion = "event.schema-version"
    /// A type about one customer, and no `subject`.
    case subjectMissing = "event.subject-missing"
    /// A type about no single customer, and a `subject`.
    case subjectUnexpected = "event.subject-unexpected"
    /// `subject` is an e-mail address or a phone number: it would stand in clear for ever.
    case subjectPersonal = "event.subject-personal"
    /// The same of `authid`.
    case authIDPersonal = "event.authid-personal"
    /// `id`, `subject` or `causationid` is not in Unicode Normalization Form C: one name would have two spellings.
    case notNormal = "event.not-nfc"
    /// `time` or `expirytime` cannot be kept.
    case time = "event.time"
    /// `data` is absent or no object.
    case data = "event.data"
    /// `data` does not fit its schema.
    case schema = "event.schema"
    /// A number would change when it is stored.
    case number = "event.number"
  }

  /// The reason, the same for ever.
  package let code: Code
  /// JSON Pointer into the event; empty for the whole.
  package let pointer: String
  /// What is wrong and how to mend it, in one sentence.
  package let sentence: String

  /// A refusal; `sentence` must not repeat what the event says.
  package init(_ code: Code, _ pointer: String, _ sentence: String) {
    self.code = code
    self.pointer = pointer
    self.sentence = sentence
  }
}
