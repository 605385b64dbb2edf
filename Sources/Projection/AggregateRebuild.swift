// Several aggregations built anew in one pass over the log.

import GRDB
package import JSONBytes
package import LogEngine
import Synchronization

/// Builds read models that are aggregations from the log's columns: one pass feeds all of them.
package struct AggregateRebuild: Sendable {
  /// What was made of one model.
  package struct Made: Hashable, Sendable {
    package var model: String
    package var digest: ContentDigest
    package var position: Position
  }

  private let folder: String
  private let catalogue: CatalogueDigest
  private let threads: Int

  /// Models are kept in `folder`, which is made when something is written.
  package init(folder: String, catalogue: CatalogueDigest, threads: Int) {
    self.folder = folder
    self.catalogue = catalogue
    self.threads = threads
  }

  /// What one thread has folded.
  private struct Part: Sendable {
    var context = ColumnContext()
    var folds: [AggregateFold]
    var subjects: [UInt32] = []
    /// Types of which events were met that do not stand in the log as a model reads them.
    var typesToLift: Set<String> = []
    private var names: ScanNames?

    init(folds: [AggregateFold]) { self.folds = folds }

    /// Looks at the schemas of a batch: once a segment, and of each entry that is kept whole.
    mutating func look(at batch: ScanBatch, of stored: any StoredEvents) throws(ReadError) {
      if names !== batch.names {
        names = batch.names
        for schema in try batch.names.schemas() where !schema.isEmpty { look(at: schema, stored) }
        for type in batch.names.types where stored.newestVersion(of: type) == nil {
          typesToLift.insert(type)
        }
        // What happened to a name in another spelling happened to nobody: events tell of it, and columns do not.
        if !NormalNames.areNormal(try batch.names.customers()) {
          typesToLift.formUnion(batch.names.types)
        }
      }
      lookAtNames(in: batch)
      guard batch.hasExceptions else { return }
      for row in 0..<batch.count {
        guard let entry = batch.exception(row) else { continue }
        // An entry that is no JSON is damage, which decoding it tells of.
        let schema = (try? JSONDocument(scanning: Array(entry)))?.root["dataschema"]?.string
        let type = batch.names.types[Int(batch.types[row])]
        if let schema {
          look(at: schema, stored)
        } else {
          typesToLift.insert(type)
        }
        lookAtNames(in: Array(entry), 0..<entry.count, ofType: type)
      }
    }

    /// Whether the data of merges may name a customer in another spelling. A part of a text in the form is in it too.
    private mutating func lookAtNames(in batch: ScanBatch) {
      let name = NormalNames.namingType
      guard let type = batch.names.types.firstIndex(of: name) else { return }
      batch.forEachData(ofType: type) { bytes, range in
        lookAtNames(in: bytes, range, ofType: name)
      }
    }

    private mutating func lookAtNames(in bytes: [UInt8], _ range: Range<Int>, ofType type: String) {
      guard type == NormalNames.namingType,
        !NormalForm.isNormal(bytes.span, range.lowerBound, range.upperBound)
      else { return }
      typesToLift.insert(type)
    }

    private mutating func look(at schema: String, _ stored: any StoredEvents) {
      let name = schema.split(separator: "/").dropLast().last.map(String.init) ?? schema
      if stored.newestVersion(of: name) != SchemaVersion.number(schema.utf8) {
        typesToLift.insert(name)
      }
    }
  }

  /// Folds everything that is acknowledged now, writes each model into a fresh file, syncs it and puts it in force; the
  /// file before it is kept. `now` is written into the files as their build time.
  ///
  /// Columns hold data as it was stored. A model that reads a type of which an event is older than its newest version, or
  /// unknown, or names a customer in another spelling than Normalization Form C, or whose sums might leave 64 bits, is
  /// folded from events, one after the other, as is every model of a source that keeps something back.
  ///
  /// Cost: tens of nanoseconds an event of what is sealed, about a microsecond a row; from events some microseconds each.
  /// Memory: the rows, once for each thread. Throws ``ProjectionError/rebuildRunning(model:)`` where another process
  /// rebuilds one of the models.
  package func run(
    _ models: [any AggregateProjector.Type], from source: any EventSource, now: Timestamp
  ) throws -> [Made] {
    var made: [Made?] = models.map { _ in nil }
    if let stored = source.stored, stored.types == nil {
      let map = try source.customers(before: stored.log.end)
      made = try runOnColumns(models, of: stored, map, now)
    }
    for (number, model) in models.enumerated() where made[number] == nil {
      made[number] = try runOnEvents(model, of: source, now)
    }
    return made.compactMap { $0 }
  }

  /// Event by event, as the contract has it.
  private func runOnEvents<P: AggregateProjector>(
    _ model: P.Type, of source: any EventSource, _ now: Timestamp
  ) throws -> Made {
    let report = try ProjectionEngine(P.self, folder: folder, catalogue: catalogue)
      .rebuild(from: source, now: now)
    return Made(model: P.name, digest: report.digest, position: report.progress.position)
  }

  /// Nil for a model that columns do not give.
  private func runOnColumns(
    _ models: [any AggregateProjector.Type], of stored: any StoredEvents, _ map: CustomerMap,
    _ now: Timestamp
  ) throws -> [Made?] {
    let log = stored.log
    let end = log.end
    guard let root = try log.root(at: end) else {
      preconditionFailure("the root at the end is known")
    }
    let (whole, ranks) = try fold(models, stored, end)
    let fitting = models.indices.filter { number in
      let fold = whole.folds[number]
      return fold.isExact && map.countsAll(ofTypes: fold.aggregation.types)
        && whole.typesToLift.allSatisfy { !(fold.aggregation.types?.contains($0) ?? true) }
    }
    // The largest first: the others fit beside it.
    let order = fitting.sorted { whole.folds[$0].count > whole.folds[$1].count }
    let written = try ParallelWork.map(order.count, threads: threads) { place in
      let number = order[place]
      let progress = try self.progress(of: models[number], end, root, log, now)
      return try write(models[number], whole.folds[number], whole.context, ranks, progress)
    }
    var made: [Made?] = models.map { _ in nil }
    for (place, number) in order.enumerated() { made[number] = written[place] }
    return made
  }

  private func progress(
    of model: any AggregateProjector.Type, _ end: Position, _ root: String, _ log: EventLog,
    _ now: Timestamp
  ) throws(ReadError) -> Progress {
    Progress(
      name: model.name, projectorVersion: model.version, catalogueDigest: catalogue.whole,
      position: end, recorded: end == .zero ? nil : try log.read(.bytes, before: end).recorded,
      treeRoot: root, digest: "", holes: 0, builtAt: now)
  }

  // MARK: Folding

  private func fold(
    _ models: [any AggregateProjector.Type], _ stored: any StoredEvents, _ end: Position
  ) throws -> (Part, ranks: [UInt32]) {
    let aggregations = models.map { $0.aggregation }
    var types: Set<String>? = []
    for aggregation in aggregations {
      guard let wanted = aggregation.types else {
        types = nil
        break
      }
      types?.formUnion(wanted)
    }
    let initial = Part(folds: aggregations.map { AggregateFold($0) })
    var parts = try stored.log.scan(
      ScanSelection(columns: [.times, .customers, .data], types: types), threads: threads,
      into: initial
    ) { (part: inout Part, batch: ScanBatch) throws(ReadError) in
      // What was appended meanwhile comes in whole batches, and later.
      guard batch.first < end else { return }
      try part.look(at: batch, of: stored)
      try Self.add(batch, before: end, to: &part)
    }
    var whole = parts.removeFirst()
    let others = parts
    for other in others { whole.typesToLift.formUnion(other.typesToLift) }
    let numbers = others.map { other in
      let strings = other.context.strings
      let texts = (0..<strings.count).map { number in
        whole.context.text(strings.arena, strings.range(number))
      }
      return (texts, other.context.integers.keys.map { whole.context.integers.number(of: $0) })
    }
    // What each model has of all threads, and the order of the texts, side by side.
    let context = whole.context
    // Each is taken out: a fold that somebody else holds as well would be copied.
    let folds = Mutex(whole.folds.map { $0 as AggregateFold? })
    whole.folds = []
    let merged = try ParallelWork.map(models.count + 1, threads: threads) { place in
      guard place < models.count else {
        return (nil as AggregateFold?, TextRanks.ranks(of: context.strings))
      }
      guard var fold = folds.withLock({ $0[place].take() }) else {
        preconditionFailure("each fold is taken once")
      }
      for (other, (texts, integers)) in zip(others, numbers) {
        fold.merge(other.folds[place], texts: texts, integers: integers)
      }
      return (fold, [])
    }
    whole.folds = merged.compactMap(\.0)
    return (whole, merged.last?.1 ?? [])
  }

  private static func add(
    _ batch: ScanBatch, before end: Position, to part: inout Part
  ) throws(ReadError) {
    var rows: [[UInt32]] = Array(repeating: [], count: batch.names.types.count)
    // Values of columns go by rows of a type from the first one on, so that a cut leaves them right.
    let count = min(batch.count, Int(clamping: end.value - batch.first.value))
    for row in 0..<count { rows[Int(batch.types[row])].append(UInt32(row)) }
    for (type, name) in batch.names.types.enumerated() where !rows[type].isEmpty {
      var integers: Set<String> = []
      var texts: Set<String> = []
      var isWanted = false
      for fold in part.folds where fold.aggregation.types?.contains(name) ?? true {
        isWanted = true
        let members = fold.members(ofType: name)
        integers.formUnion(members.integers)
        texts.formUnion(members.texts)
      }
      guard isWanted else { continue }
      try part.context.subjects(of: rows[type], batch, into: &part.subjects)
      let values = ColumnValues(
        batch, type: type, rows: rows[type], integers: integers, texts: texts, &part.context)
      for number in part.folds.indices {
        part.folds[number].fold(
          batch, type: name, rows: rows[type], subjects: part.subjects, values, &part.context)
      }
    }
  }

  // MARK: Writing

  private func write(
    _ model: any AggregateProjector.Type, _ fold: AggregateFold, _ context: ColumnContext,
    _ ranks: [UInt32], _ progress: Progress
  ) throws -> Made {
    let folder = ViewFolder(folder, model: model.name)
    try folder.create()
    let running = ProjectionError.rebuildRunning(model: model.name)
    return try ViewLock.holding(folder.rebuildLock, orThrow: running) {
      let old = folder.current()
      let previous = try old.flatMap { try folder.previous(to: $0) }
      try folder.removeLitter(keeping: previous)
      let build = try folder.nextBuild()
      do {
        let digest = try write(
          model, fold, context, ranks, progress, file: folder.unfinishedFile(ofBuild: build))
        try folder.finish(build)
        let busy = ProjectionError.busy(model: model.name)
        try ViewLock.holding(folder.writerLock, patience: 10_000, orThrow: busy) {
          try folder.putInForce(build)
        }
        return Made(model: model.name, digest: digest, position: progress.position)
      } catch {
        // The first error is the one to tell; what is left goes with the next start.
        try? folder.removeLitter(keeping: previous)
        throw error
      }
    }
  }

  private func write(
    _ model: any AggregateProjector.Type, _ fold: AggregateFold, _ context: ColumnContext,
    _ ranks: [UInt32], _ progress: Progress, file: String
  ) throws -> ContentDigest {
    let pages = try ModelFile.openPages(file, tables: model.tables)
    try fold.write(to: pages, context.strings, ranks: ranks, context.integers)
    try pages.finish()
    let queue = try ModelFile.openFresh(file)
    let content = try queue.write { db in
      try pages.insertOthers(in: db)
      try db.execute(sql: model.indexes)
      let content = try pages.digest(db)
      var progress = progress
      progress.digest = content.digest
      let tables = Tables(db)
      try progress.write(newHoles: [], to: tables)
      try catalogue.write(to: tables)
      return content
    }
    try queue.close()
    return content
  }
}

/// The places of strings in the order of their bytes.
enum TextRanks {
  static func ranks(of strings: TextPool) -> [UInt32] {
    var order: [(prefix: UInt64, number: UInt32)] = []
    order.reserveCapacity(strings.count)
    for number in 0..<strings.count {
      var prefix: UInt64 = 0
      for byte in strings[number].prefix(8) { prefix = prefix << 8 | UInt64(byte) }
      prefix <<= UInt64(8 * max(0, 8 - strings[number].count))
      order.append((prefix, UInt32(number)))
    }
    order.sort { one, other in
      if one.prefix != other.prefix { return one.prefix < other.prefix }
      return strings[Int(one.number)].lexicographicallyPrecedes(strings[Int(other.number)])
    }
    var ranks: [UInt32] = Array(repeating: 0, count: strings.count)
    for (rank, entry) in order.enumerated() { ranks[Int(entry.number)] = UInt32(rank) }
    return ranks
  }
}
