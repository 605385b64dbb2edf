internal import Disk
internal import JSONBytes
internal import Synchronization
internal import Transparency

/// The checks of a deep verification that look at all entries together, or at files besides the log.
final class DeepVerifier {
  private let check: (JSONView) -> String?
  private var ids = HashTable()
  private var canonical: [UInt8] = []

  init(_ check: @escaping (JSONView) -> String?) { self.check = check }

  /// What is wrong with an entry; nil when nothing.
  func problem(_ entry: JSONView) -> String? {
    guard let source = entry["source"]?.text, let id = entry["id"]?.text else {
      return "it has no source or no id"
    }
    let key = Hash128.of(source: source, id: id)
    if let first = ids[key] { return "its source and id are recorded at position \(first) already" }
    let position = entry["sequence"]?.text.flatMap { UInt64(String(decoding: $0, as: UTF8.self)) }
    ids.set(position ?? 0, for: key)
    canonical.removeAll(keepingCapacity: true)
    do throws(JSONError) {
      try CanonicalWriter.write(entry, numbers: .exact, to: &canonical)
    } catch {
      return "it holds a number that has no canonical form"
    }
    if !canonical.elementsEqual(entry.source) { return "it is not canonical" }
    return check(entry)
  }

  /// Whether the files under `index/` hold what the segments give, where they cover them.
  func indexFindings(_ index: FrameIndex, _ core: LogCore) -> [Corruption] {
    guard
      let stored = SealedKnowledge.read(
        core.description.id, index.segments, in: core.directory, on: core.files)
    else { return [] }
    var findings: [Corruption] = []
    func finding(_ name: String, _ detail: String) -> Corruption {
      Corruption(
        .segment, file: "\(LogFiles.index)/\(name)", offset: 0,
        positions: Position.zero..<stored.size, detail: detail)
    }
    do throws(ReadError) {
      var customers = HashTable()
      var isKnown = true
      for segment in index.segments where segment.next <= stored.size {
        for hash in try segment.file.idHashes() where !stored.filter.mayContain(UInt64(hash)) {
          isKnown = false
        }
        for (name, revision) in try segment.file.customerEnds() {
          let customer = Hash128.of(subject: name)
          customers.set(max(UInt64(revision), customers[customer] ?? 0), for: customer)
        }
      }
      if !isKnown { findings.append(finding(IndexFile.ids, "it lacks the id of a sealed event")) }
      let isEqual =
        customers.count == stored.customers.count
        && customers.pairs().allSatisfy { stored.customers[$0.key] == $0.value }
      if !isEqual {
        findings.append(finding(IndexFile.customers, "it names other revisions than the segments"))
      }
    } catch {
      // Damage of a segment was found with its entries.
      return findings
    }
    return findings
  }
}
