/// Finds how each version of each type is read, while a catalogue is made.
struct VersionReadings {
  private let byType: [String: [Upcast]]

  /// Throws ``SchemaError`` for an upcast of a type or version that the catalogue does not have, and where two lead from
  /// one version: it would be open which one is meant. An upcast may pass over versions.
  init(_ schemas: [EventSchema], _ upcasts: [Upcast]) throws(SchemaError) {
    let versions = Dictionary(grouping: schemas, by: \.typeName).mapValues {
      Set($0.map(\.version))
    }
    for upcast in upcasts {
      guard let known = versions[upcast.typeName] else {
        throw SchemaError(
          .upcast, upcast.file, "", "type", "the catalogue has no type \(upcast.typeName)")
      }
      for (name, version) in [("from", upcast.from), ("to", upcast.to)]
      where !known.contains(version) {
        throw SchemaError(
          .upcast, upcast.file, "", name,
          "the catalogue has no \(upcast.typeName).v\(version).json")
      }
    }
    byType = Dictionary(grouping: upcasts, by: \.typeName).mapValues { list in
      list.sorted { $0.from != $1.from ? $0.from < $1.from : $0.to < $1.to }
    }
    for list in byType.values.sorted(by: { $0[0].typeName < $1[0].typeName }) {
      for (one, other) in zip(list, list.dropFirst()) where one.from == other.from {
        throw SchemaError(
          .upcast, other.file, "", "from",
          "\(one.file) leads from version \(one.from) too; one upcast may, to any later version")
      }
    }
  }

  /// In the order of the versions they lead from.
  func upcasts(of typeName: String) -> [Upcast] { byType[typeName] ?? [] }

  /// How each of the versions of one type, oldest first, is read.
  ///
  /// From an older version an upcast leads on. Where there is none, the next version that takes whatever the older one
  /// takes does, the newest before the next.
  func readings(of versions: [EventSchema]) -> [VersionReading] {
    guard let newest = versions.last else { return [] }
    var chains: [Int: [Upcast]?] = [newest.version: []]
    var readings: [VersionReading] = [.newest]
    for (place, schema) in versions.enumerated().dropLast().reversed() {
      var chain: [Upcast]?
      if let upcast = upcasts(of: schema.typeName).first(where: { $0.from == schema.version }) {
        chain = (chains[upcast.to] ?? nil).map { [upcast] + $0 }
      } else if SchemaGap.gaps(from: schema.schema, to: newest.schema).isEmpty {
        chain = []
      } else if SchemaGap.gaps(from: schema.schema, to: versions[place + 1].schema).isEmpty {
        chain = chains[versions[place + 1].version] ?? nil
      }
      chains[schema.version] = .some(chain)
      switch chain {
      case nil:
        readings.append(
          .unreadable(
            "\(schema.identifier) cannot be read as version \(newest.version): an upcast is "
              + "missing, such as \(schema.typeName).v\(schema.version)-v\(newest.version).json"))
      case .some(let chain) where chain.isEmpty: readings.append(.asItIs)
      case .some(let chain): readings.append(.lifted(Upcaster(chain, to: newest)))
      }
    }
    return readings.reversed()
  }
}
