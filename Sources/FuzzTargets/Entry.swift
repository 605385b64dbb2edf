// What libFuzzer calls. `tools/fuzz` builds and runs this; no other build has it.
import Disk

#if canImport(Glibc)
  import Glibc
#endif

/// What one input is given to. A target returns for every input; a trap, a hang or memory without bound is a finding.
enum FuzzTarget: String, CaseIterable, Sendable {
  case frame, segment, footer, json, mapping, note, lz4

  /// Told by the environment, because libFuzzer's arguments are its own.
  static let chosen: FuzzTarget = {
    // Safe: the environment is read before any thread starts, and the text copied at once.
    let name = unsafe getenv("RAPPORT_FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
      preconditionFailure("RAPPORT_FUZZ_TARGET names one of \(allCases.map(\.rawValue))")
    }
    return target
  }()

  func run(_ input: [UInt8]) {
    switch self {
    case .frame: FrameTarget.run(input)
    case .segment: SegmentTarget.run(input)
    case .footer: PiecesTarget.run(input)
    case .json: JSONTarget.run(input)
    case .mapping: MappingTarget.run(input)
    case .note: NoteTarget.run(input)
    case .lz4: LZ4Target.run(input)
    }
  }
}

/// Writes the seeds and ends, where RAPPORT_FUZZ_SEEDS names a folder for them.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _: UnsafeMutablePointer<CInt>?, _: UnsafeMutableRawPointer?
) -> CInt {
  // Safe: the environment is read before any thread starts, and the text copied at once.
  guard let folder = unsafe getenv("RAPPORT_FUZZ_SEEDS").map({ unsafe String(cString: $0) }) else {
    _ = FuzzTarget.chosen
    return 0
  }
  do {
    try Seeds.write(to: folder)
  } catch {
    preconditionFailure("the seeds cannot be written: \(error)")
  }
  exit(0)
}

/// Gives one input to the chosen target.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  // Safe: libFuzzer gives `size` bytes, which are copied before this returns.
  let input = unsafe [UInt8](UnsafeRawBufferPointer(start: data, count: size))
  FuzzTarget.chosen.run(input)
  return 0
}

/// libFuzzer's own mutation of `data`, which has room for `room` bytes.
// Safe: the signature is that of libFuzzer's interface.
@_silgen_name("LLVMFuzzerMutate")
func fuzzerMutate(_ data: UnsafeMutablePointer<UInt8>?, _ size: Int, _ room: Int) -> Int

/// Changes an input. Of a segment most times the content of one chunk, with all around it made anew to fit: other
/// changes of it seldom get past the sizes.
@_cdecl("LLVMFuzzerCustomMutator")
public func customMutator(
  _ data: UnsafeMutablePointer<UInt8>?, _ size: Int, _ room: Int, _ seed: UInt32
) -> Int {
  if FuzzTarget.chosen == .segment, seed % 8 != 0, let data = unsafe data {
    // Safe: libFuzzer gives `size` bytes with room for `room`.
    let buffer = unsafe UnsafeMutableRawBufferPointer(start: data, count: room)
    let bytes = unsafe [UInt8](UnsafeRawBufferPointer(rebasing: buffer[..<size]))
    if let mutated = SegmentParts(bytes)?.mutated(seed / 8), mutated.count <= room {
      unsafe buffer.copyBytes(from: mutated)
      return mutated.count
    }
  }
  return unsafe fuzzerMutate(data, size, room)
}

/// libFuzzer's mutation of an array, which may grow by `more` bytes.
func mutated(_ bytes: [UInt8], more: Int) -> [UInt8] {
  var room = bytes + Array(repeating: 0, count: more)
  // Safe: the array has the room that is named.
  let size = unsafe room.withUnsafeMutableBufferPointer { buffer in
    unsafe fuzzerMutate(buffer.baseAddress, bytes.count, buffer.count)
  }
  room.removeLast(room.count - size)
  return room
}
