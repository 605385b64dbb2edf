// Pages behind those that SQLite made, and the head of the file that counts them.

import Glibc

/// A fresh SQLite file that pages are appended to while nobody else has it open.
///
/// Not for two threads at once.
final class PageFile {
  let pageSize: Int
  private let path: String
  private let descriptor: Int32
  /// The number of the page behind the last; pages count from 1.
  private var following: UInt32
  /// Pages that wait to be written, the first of which is number `first`.
  private var waiting: [UInt8] = []
  private var first: UInt32
  private let waitingMax: Int

  /// SQLite uses the page at 1 GiB for locks alone, and puts nothing into it.
  private var lockPage: UInt32 { UInt32(0x4000_0000 / pageSize) + 1 }

  /// Opens a file of `pageCount` pages.
  init(_ path: String, pageSize: Int, pageCount: Int) throws(ProjectionError) {
    self.path = path
    self.pageSize = pageSize
    descriptor = try ViewCalls.openToWrite(path)
    following = UInt32(pageCount) + 1
    first = following
    waitingMax = max(pageSize, 1 << 20)
    waiting.reserveCapacity(waitingMax + pageSize)
  }

  deinit { ViewCalls.close(descriptor) }

  /// The number that the page after `count` further ones will have.
  func next(after count: UInt32) -> UInt32 {
    let number = following + count
    return following <= lockPage && number >= lockPage ? number + 1 : number
  }

  /// Appends a page and gives its number.
  func append(_ page: [UInt8]) throws(ProjectionError) -> UInt32 {
    precondition(page.count == pageSize, "a page is whole")
    if following == lockPage {
      waiting += Array(repeating: 0, count: pageSize)
      following += 1
    }
    guard following < UInt32.max - 2 else {
      throw ViewCalls.failure("write", path, EFBIG)
    }
    waiting += page
    following += 1
    if waiting.count >= waitingMax { try writeWaiting() }
    return following - 1
  }

  /// Writes a page that is there already.
  func write(_ page: [UInt8], at number: UInt32) throws(ProjectionError) {
    precondition(page.count == pageSize && number < first, "a page of the file as it was")
    try ViewCalls.write(page, to: descriptor, at: UInt64(number - 1) * UInt64(pageSize), path)
  }

  private func writeWaiting() throws(ProjectionError) {
    let offset = UInt64(first - 1) * UInt64(pageSize)
    try ViewCalls.write(waiting, to: descriptor, at: offset, path)
    first = following
    waiting.removeAll(keepingCapacity: true)
  }

  /// Writes what waits, and into the head of the file how many pages it has. Then SQLite may open it.
  func finish() throws(ProjectionError) {
    try writeWaiting()
    var head = try ViewCalls.read(100, of: descriptor, path)
    // https://www.sqlite.org/fileformat2.html, 1.3: the size holds where the change counter is the number at 92.
    head.store(bigEndian: following - 1, at: 28)
    for place in 24..<28 { head[place + 68] = head[place] }
    try ViewCalls.write(head, to: descriptor, at: 0, path)
  }
}
