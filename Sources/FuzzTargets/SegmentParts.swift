import Disk
import JSONBytes

@testable import LogEngine

/// Bytes that are read as a file.
struct MemoryFile: ReadableFile {
  let bytes: [UInt8]

  func read(at offset: UInt64, count: Int) throws(DiskError) -> [UInt8] {
    guard offset <= UInt64(bytes.count), count <= bytes.count - Int(offset) else {
      throw DiskError(.read, "memory", number: 0)
    }
    return Array(bytes[Int(offset)..<Int(offset) + count])
  }

  func size() -> UInt64 { UInt64(bytes.count) }

  func identity() -> FileIdentity { FileIdentity(device: 1, inode: 1, size: size()) }
}

/// A segment in pieces, to be changed and put together again with everything around the changed piece made to fit.
struct SegmentParts {
  private var header: SegmentHeader
  private var footer: SegmentFooter
  private var chunks: [(header: ChunkHeader, content: [UInt8])] = []

  /// Nil where the bytes are no segment whose chunks decode.
  init?(_ bytes: [UInt8]) {
    guard let file = SegmentTarget.open(Fixing.segment(bytes)) else { return nil }
    header = file.header
    footer = file.footer
    do {
      for place in footer.chunks {
        let (header, content) = try file.content(place)
        chunks.append((header, content))
      }
    } catch { return nil }
  }

  /// One chunk changed, left out or swapped for another's content, or a count changed.
  func mutated(_ seed: UInt32) -> [UInt8]? {
    guard !chunks.isEmpty else { return nil }
    var parts = self
    let number = Int(seed / 16) % chunks.count
    switch seed % 16 {
    case 0: parts.chunks.remove(at: number)
    case 1:
      parts.chunks[number].content = chunks[Int(seed / 16_384) % chunks.count].content
    case 2: parts.chunks[number].header.count = seed
    case 3: parts.chunks[number].header.count &+= seed & 0x10000 == 0 ? 1 : UInt32.max
    case 4: parts.footer.blocks[Int(seed / 16) % footer.blocks.count].exceptions ^= 1
    case 5: parts.footer.typeCount = (footer.typeCount - 1) / 64 * 64 + 1 + seed / 16 % 64
    case 6: parts.header.entryBytes = UInt64(seed) << UInt64(seed / 16 % 40)
    default:
      parts.chunks[number].content = FuzzTargets.mutated(chunks[number].content, more: 64)
    }
    return parts.assembled
  }

  /// The bytes. Pages are stored as they are, so that a mutation of the file is one of the content; but for the id
  /// hashes, which are 64 KiB of zeros in a small segment.
  var assembled: [UInt8] {
    var bytes = header.encoded
    var places: [ChunkPlace] = []
    for (old, content) in chunks {
      bytes.appendZeros((8 - bytes.count % 8) % 8)
      let chunk = Self.chunk(old, content)
      places.append(
        ChunkPlace(
          kind: old.kind, block: old.block, key: old.key, size: UInt32(chunk.count),
          offset: UInt64(bytes.count)))
      bytes += chunk
    }
    bytes.appendZeros((8 - bytes.count % 8) % 8)
    let table = SegmentFooter(typeCount: footer.typeCount, blocks: footer.blocks, chunks: places)
      .encoded
    let offset = bytes.count
    bytes += table
    bytes +=
      SegmentTrailer(
        footerOffset: UInt64(offset), footerSize: UInt32(table.count), footerCRC: CRC32C.of(table),
        fileSize: UInt64(offset + table.count + SegmentFormat.trailerSize), ledger: header.ledger,
        first: header.first
      ).encoded
    return bytes
  }

  private static func chunk(_ old: ChunkHeader, _ content: [UInt8]) -> [UInt8] {
    var table: [UInt8] = []
    var pages: [UInt8] = []
    for start in stride(from: 0, to: content.count, by: Int(old.rawPageSize)) {
      let raw = Array(content[start..<min(content.count, start + Int(old.rawPageSize))])
      let packed = old.kind == ChunkKind.idHashes.rawValue ? LZ4.compressed(raw) : raw
      let page = packed.count < raw.count ? packed : raw
      table.appendInteger(
        UInt32(page.count) | (page.count == raw.count ? SegmentFormat.rawPage : 0))
      table.appendInteger(CRC32C.of(page))
      pages += page
    }
    var header = old
    header.rawSize = UInt32(content.count)
    header.storedSize = UInt32(pages.count)
    header.pages = UInt32(table.count / 8)
    var bytes = header.encoded + table
    bytes.appendInteger(CRC32C.of(table))
    return bytes + pages
  }
}
