internal import Disk
internal import JSONBytes
internal import Transparency

/// What a segment says of itself besides its entries: the bytes between its chunks, the zone maps, the id hashes.
extension SegmentFile {
  /// Zeros where zeros must be, and nothing besides the chunks of the directory.
  func fixedPartsFindings() -> [Corruption] {
    var findings: [Corruption] = []
    var place = UInt64(SegmentFormat.headerSize)
    let end = fileSize - UInt64(SegmentFormat.trailerSize) - UInt64(footer.encoded.count)
    for next in footer.chunks.map(\.offset) + [end] {
      if next > place, next - place < 8 {
        // Whatever cannot be read here is told where the chunks are read.
        let bytes = (try? file.read(at: place, count: Int(next - place))) ?? []
        if bytes.contains(where: { $0 != 0 }) {
          findings.append(finding(place, "bytes between two chunks are not zero"))
        }
      } else if next != place {
        findings.append(finding(place, "the chunks leave a gap"))
      }
      if let chunk = footer.chunks.first(where: { $0.offset == next }) {
        place = next + UInt64(chunk.size)
      }
    }
    return findings
  }

  private func finding(_ offset: UInt64, _ detail: String) -> Corruption {
    Corruption(
      .segment, file: "\(LogFiles.directory)/\(name)", offset: offset,
      positions: header.first..<header.next, detail: detail)
  }

  /// Zone maps, header and id hashes against what the columns say. Damage that stops this was found with the entries.
  func columnFindings() -> [Corruption] {
    do throws(ReadError) {
      return try compareColumns()
    } catch {
      if case .corrupt(let found) = error { return [found] }
      return []
    }
  }

  private func compareColumns() throws(ReadError) -> [Corruption] {
    var findings: [Corruption] = []
    var hashes: [UInt32] = []
    var entryBytes: UInt64 = 0
    for (number, entry) in footer.blocks.enumerated() {
      let block = try wholeBlock(number)
      let (raw, ranges) = try entries(rows: block.rows)
      entryBytes += UInt64(raw.count)
      if let wrong = difference(entry, block, byteCount: raw.count) {
        findings.append(
          Corruption(
            .segment, file: "\(LogFiles.directory)/\(name)", offset: fileSize,
            positions: header.first.advanced(
              by: block.rows.lowerBound)..<header.first.advanced(
                by: block.rows.upperBound),
            detail: "the zone map of block \(number) is wrong: \(wrong)"))
      }
      hashes += idHashes(raw, ranges)
    }
    if try idHashes() != hashes.sorted() {
      findings.append(
        finding(try place(.idHashes).offset, "the id hashes are not those of its events"))
    }
    let first = try recorded(row: 0)
    let last = try recorded(row: count - 1)
    if entryBytes != header.entryBytes || first != header.firstRecorded
      || last != header.lastRecorded
    {
      findings.append(finding(112, "its header names other sizes or times than its events have"))
    }
    findings += try chunkFindings()
    return findings
  }

  /// Reads every chunk, also those that no entry needs, and compares the ranks of types with the types.
  func chunkFindings() throws(ReadError) -> [Corruption] {
    for place in footer.chunks { _ = try content(place) }
    _ = try startFrontier()
    _ = try customerRows()
    var findings: [Corruption] = []
    let typeCount = Int(footer.typeCount)
    for (number, entry) in footer.blocks.enumerated() where typeCount > 1 {
      let block = try wholeBlock(number)
      let groups = (Int(entry.rows) + 1_023) / 1_024
      var expected = [UInt8](repeating: 0, count: 2 * groups * typeCount)
      var counts = Array(repeating: 0, count: typeCount)
      for (row, type) in block.types.enumerated() {
        if row % 1_024 == 0 {
          for type in 0..<typeCount {
            let place = 2 * (type * groups + row / 1_024)
            expected[place] = UInt8(counts[type] & 0xFF)
            expected[place + 1] = UInt8(counts[type] >> 8)
          }
        }
        counts[Int(type)] += 1
      }
      let place = try place(.typeRanks, block: number)
      if try content(place).bytes != expected {
        findings.append(finding(place.offset, "the ranks of types are not those of its types"))
      }
      if let wrong = difference(entry, block, byteCount: nil) {
        findings.append(finding(fileSize, "the zone map of block \(number) is wrong: \(wrong)"))
      }
    }
    return findings
  }

  private func difference(
    _ entry: BlockEntry, _ block: DecodedBlock, byteCount: Int?
  ) -> String? {
    var types: [UInt64] = Array(repeating: 0, count: entry.types.count)
    for type in block.types { types[Int(type) / 64] |= 1 << UInt64(type % 64) }
    if types != entry.types { return "types" }
    if block.times.min() != entry.timeMin.microseconds
      || block.times.max() != entry.timeMax.microseconds
    {
      return "times"
    }
    if block.recorded.first != entry.firstRecorded.microseconds
      || block.recorded.last != entry.lastRecorded.microseconds
    {
      return "recorded times"
    }
    guard let byteCount else { return nil }
    return UInt64(byteCount) == entry.entryBytes ? nil : "sizes of entries"
  }

  /// By the entries themselves, read as the sealer reads them.
  private func idHashes(_ raw: [UInt8], _ ranges: [Range<Int>]) -> [UInt32] {
    var rows = SegmentRows(first: header.first)
    rows.add(raw, entries: ranges)
    return rows.idHash
  }
}
