import JSONBytes

/// One compiled schema: everything a check of a common value needs, in plain numbers, so that
/// reading it copies nothing. What is rare lies in ``RareRules``, found by `rare`.
struct SchemaNode: Sendable {
  /// Bits of ``SchemaType`` that a value may have.
  var types: UInt8 = SchemaType.any
  var flags: Flags = []
  var format: SchemaFormat = .id
  /// Node that `$ref` names; -1 for none.
  var reference: Int32 = -1
  var lengthMin: UInt32 = 0
  var lengthMax: UInt32 = .max
  var itemsMin: UInt32 = 0
  var itemsMax: UInt32 = .max
  var membersMin: UInt32 = 0
  var membersMax: UInt32 = .max
  /// The strings that `enum` and `const` leave.
  var strings: NameTables.Table = .empty
  /// Other values that `enum` and `const` leave: a part of ``JSONSchema/constants``.
  var constants: Run = .none
  /// Names under `properties` and `required`, the required ones first.
  var members: NameTables.Table = .empty
  /// Where the nodes of `members` begin in ``JSONSchema/memberNodes``.
  var memberNodes: Int32 = 0
  /// Bits of the members that must be there.
  var required: UInt64 = 0
  /// Node of `additionalProperties`; -1 for none.
  var additional: Int32 = -1
  var items: Int32 = -1
  /// Nodes of `prefixItems`: a part of ``JSONSchema/children``.
  var prefix: Run = .none
  /// Index into ``JSONSchema/bounds``; -1 for none.
  var bounds: Int32 = -1
  /// Index into ``JSONSchema/rare``; -1 for none.
  var rare: Int32 = -1
  /// Index of the schema's own value in its document.
  var place: Int32 = 0

  struct Flags: OptionSet, Sendable {
    let rawValue: UInt8

    /// The schema `false`.
    static let never = Flags(rawValue: 1)
    static let format = Flags(rawValue: 2)
    static let length = Flags(rawValue: 4)
    /// `enum` or `const` is there: `strings` and `constants` are all that may be.
    static let closed = Flags(rawValue: 8)
    static let personal = Flags(rawValue: 16)
    /// This schema or one below it is personal.
    static let holdsPersonal = Flags(rawValue: 32)
    static let unique = Flags(rawValue: 64)
  }

  /// A run of places in a list.
  struct Run: Sendable {
    var start: Int32
    var count: Int32

    static let none = Run(start: 0, count: 0)
  }
}

/// The types of JSON Schema as bits.
enum SchemaType {
  static let null: UInt8 = 1
  static let boolean: UInt8 = 2
  static let integer: UInt8 = 4
  /// A number that is not whole.
  static let fraction: UInt8 = 8
  static let string: UInt8 = 16
  static let array: UInt8 = 32
  static let object: UInt8 = 64
  static let any: UInt8 = 127

  /// The bits of a name under `type`; nil for a name that does not exist.
  static func bits(of name: String) -> UInt8? {
    switch name {
    case "null": null
    case "boolean": boolean
    case "integer": integer
    case "number": integer | fraction
    case "string": string
    case "array": array
    case "object": object
    default: nil
    }
  }
}

/// Bounds of a number, as places of the limits in the schema's document; -1 for none.
struct NumberBounds: Sendable {
  var minimum: Int32 = -1
  var maximum: Int32 = -1
  var exclusiveMinimum: Int32 = -1
  var exclusiveMaximum: Int32 = -1
  var divisor: SchemaNumber.Divisor?
}

/// The rules of a schema that few schemas have.
struct RareRules: Sendable {
  var allOf: [Int32] = []
  var anyOf: [Int32] = []
  var oneOf: [Int32] = []
  var not: Int32 = -1
  var condition: Int32 = -1
  var then: Int32 = -1
  var otherwise: Int32 = -1
  var pattern: Pattern?
  var patternMembers: [(pattern: Pattern, node: Int32)] = []
  var memberNames: Int32 = -1
  var dependentRequired: [(name: [UInt8], needs: [[UInt8]])] = []
  var dependentSchemas: [(name: [UInt8], node: Int32)] = []
  var contains: Int32 = -1
  var containsMin = 1
  var containsMax = Int.max
}
