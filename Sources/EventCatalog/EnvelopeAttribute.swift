import JSONBytes

/// The attributes of the envelope that the ledger knows by name, in the order of their bytes, which
/// is the order of canonical JSON.
package enum EnvelopeAttribute: UInt8, CaseIterable, Sendable {
  case authid, authtype, causationid, correlationid, data, datacategory, dataclassification
  case datacontenttype, dataref, dataregulation, dataschema, expirytime, id, partitionkey
  case recordedtime, revision, sequence, source, specversion, subject, time, traceparent
  case tracestate, type

  /// The name as CloudEvents and entries have it.
  package var name: String { Self.writtenNameTexts[Int(rawValue)] }

  private static let writtenNameTexts: [String] = allCases.map { String(describing: $0) }

  /// What only the ledger sets.
  package var isLedgers: Bool {
    switch self {
    case .recordedtime, .revision, .sequence: true
    default: false
    }
  }

  static let count = 24
  /// Number of `data_base64` in ``table``: known, and refused.
  static let base64Number = count

  static let names: (pool: NameTables, table: NameTables.Table) = {
    var pool = NameTables()
    let table = pool.add(allCases.map { Array($0.name.utf8) } + [Array("data_base64".utf8)])
    return (pool, table)
  }()

  /// `"name":` of each, as an entry has it: the bytes one after another, and where each ends.
  static let labels: (bytes: [UInt8], ends: InlineArray<25, Int>) = {
    var bytes: [UInt8] = []
    var ends = InlineArray<25, Int>(repeating: 0)
    for attribute in allCases {
      bytes += "\"\(attribute.name)\":".utf8
      ends[Int(attribute.rawValue) + 1] = bytes.count
    }
    return (bytes, ends)
  }()
}

/// What kind of actor did it: the authcontext extension of CloudEvents.
package enum AuthType: String, CaseIterable, Sendable {
  case appUser = "app_user"
  case user
  case serviceAccount = "service_account"
  case apiKey = "api_key"
  case system, unauthenticated, unknown

  /// Whether `authid` must say which actor it was.
  var needsID: Bool { self != .unauthenticated && self != .unknown }
}

/// Which attributes an event has: by place in its document, without a dictionary.
struct AttributeSlots: Sendable {
  /// At most this many attributes beside those with a name here.
  static let extensionsMax = 16

  /// By rank: 0 for absent, else the value's node and 1.
  private var places = InlineArray<24, UInt32>(repeating: 0)
  /// Node and 1 of the name of each extension, sorted by the names' bytes.
  private var extensions = InlineArray<16, UInt32>(repeating: 0)
  private(set) var extensionCount = 0
  /// Bits of the attributes that are given by the ledger's rules and not by the source's text.
  private var given: UInt32 = 0

  subscript(attribute: EnvelopeAttribute) -> Int? {
    let place = places[Int(attribute.rawValue)]
    return place == 0 ? nil : Int(place) - 1
  }

  mutating func set(_ attribute: EnvelopeAttribute, at place: Int) {
    places[Int(attribute.rawValue)] = UInt32(place + 1)
  }

  /// Bits of the attributes that an entry has: those of the source, those given, and those of the ledger.
  var written: UInt32 {
    var bits = given
    for rank in 0..<EnvelopeAttribute.count where places[rank] != 0 { bits |= 1 << UInt32(rank) }
    for attribute in [EnvelopeAttribute.recordedtime, .revision, .sequence] {
      bits |= 1 << UInt32(attribute.rawValue)
    }
    return bits
  }

  func isGiven(_ attribute: EnvelopeAttribute) -> Bool { given & 1 << attribute.rawValue != 0 }

  mutating func give(_ attribute: EnvelopeAttribute) { given |= 1 << attribute.rawValue }

  func extensionName(_ index: Int) -> Int { Int(extensions[index]) - 1 }

  /// Keeps the extensions in order; false where there are too many.
  mutating func addExtension(_ name: Int, _ values: [JSONNode], _ bytes: [UInt8]) -> Bool {
    guard extensionCount < Self.extensionsMax else { return false }
    let text = JSONText.decoded(values[name], bytes)
    var hole = extensionCount
    while hole > 0 {
      let other = JSONText.decoded(values[extensionName(hole - 1)], bytes)
      if other.lexicographicallyPrecedes(text) { break }
      extensions[hole] = extensions[hole - 1]
      hole -= 1
    }
    extensions[hole] = UInt32(name + 1)
    extensionCount += 1
    return true
  }
}
