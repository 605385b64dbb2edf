import Disk
import Foundation
import RapportTesting
import Testing

@testable import Vault

/// A secret is made once, is nobody else's to read, and survives a power cut before anything was made with it.
@Suite struct KeyFolderTests {
  /// RFC 4231, test case 1, whose key is 20 bytes of 0x0B: as HMAC fills a key up with zeros, 32 bytes of which the last
  /// twelve are 0 are the same key.
  @Test func hashesAreThoseOfTheStandard() {
    let secret = [UInt8](repeating: 0x0B, count: 20) + [UInt8](repeating: 0, count: 12)
    #expect(
      KeyedHash(secret: secret).text(of: "Hi There")
        == "hmac-sha256:b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
  }

  /// What was made under a secret is known again, and nothing else is: no shorter code, no other bytes, no other secret.
  @Test func aCodeIsOfItsBytesAlone() {
    let hash = KeyedHash(secret: [UInt8](0..<32))
    let bytes = Array("rapport".utf8)
    let code = hash.code(of: bytes)
    #expect(code.count == KeyedHash.codeSize && hash.isCode(code, of: bytes))
    #expect(!hash.isCode(code, of: Array("rapporT".utf8)))
    #expect(!hash.isCode([], of: bytes) && !hash.isCode(Array(code.dropLast()), of: bytes))
    #expect(!hash.isCode(code + [0], of: bytes))
    #expect(!KeyedHash(secret: [UInt8](1..<33)).isCode(code, of: bytes))
    for place in code.indices {
      var other = code
      other[place] ^= 1
      #expect(!hash.isCode(other, of: bytes))
    }
    #expect(hash.text(of: bytes).hasPrefix("hmac-sha256:"))
  }

  @Test func aSecretStaysAndIsNobodyElses() throws {
    try TemporaryDirectory.with { folder in
      let keys = KeyFolder("\(folder)/ledger.keys")
      let first = try keys.hash("addresses")
      #expect(
        try KeyFolder("\(folder)/ledger.keys").hash("addresses").fingerprint == first.fingerprint)
      #expect(try keys.hash("other").fingerprint != first.fingerprint)
      func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      }
      #expect(try mode("\(folder)/ledger.keys") == 0o700)
      #expect(try mode("\(folder)/ledger.keys/addresses.key") == 0o600)
      let names = try LinuxFileSystem().list("\(folder)/ledger.keys")
      #expect(names == ["addresses.key", "other.key"], "nothing is left beside them")
    }
  }

  /// What was made with a secret that is gone cannot be found any more: so it is never replaced.
  @Test(arguments: [
    "", "00", String(repeating: "g", count: 64) + "\n", String(repeating: "0", count: 64),
  ])
  func aFileThatHoldsNoSecretIsToldAndStays(text: String) throws {
    try TemporaryDirectory.with { folder in
      let files = LinuxFileSystem()
      try DurableReplace.write(Array(text.utf8), to: "addresses.key", in: folder, on: files)
      do throws(KeyError) {
        _ = try KeyFolder(folder).hash("addresses")
        Issue.record("it was taken for a secret")
      } catch {
        guard case .unreadable(let path) = error else {
          Issue.record("\(error)")
          return
        }
        #expect(path.hasSuffix("addresses.key") && !error.sentence.contains("gggg"))
      }
      #expect(
        try files.contents(of: "\(folder)/addresses.key", sizeMax: 100) == Array(text.utf8))
    }
  }

  @Test func allWhoComeAtOnceGetTheSameOne() async throws {
    let folder = TemporaryFolder()
    let found = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<16 {
        group.addTask { try KeyFolder("\(folder.path)/keys").hash("addresses").fingerprint }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(found.count == 1)
  }

  /// At every call at which the power may fail: either no hash was given, or the same one is given afterwards.
  @Test func aPowerCutAtAnyCallLosesNoSecretThatWasUsed() throws {
    let whole = SimulatedFileSystem(seed: 1)
    _ = try KeyFolder("/keys", on: whole).hash("addresses")
    for call in 0...whole.callCount {
      for seed in 0..<4 as Range<UInt64> {
        let disk = SimulatedFileSystem(seed: seed, powerFailsAtCall: call)
        var given: String?
        do throws(KeyError) {
          given = try KeyFolder("/keys", on: disk).hash("addresses").fingerprint
        } catch {
          // The machine is gone.
        }
        let after = try KeyFolder("/keys", on: disk.crash(seed: seed)).hash("addresses")
        if let given { #expect(after.fingerprint == given, "call \(call), seed \(seed)") }
      }
    }
  }
}
