import RapportTesting
import Testing

@testable import RapportServer

@Suite struct Base64Tests {
  /// RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func theStandardsTextsAreMadeAndRead(bytes: String, text: String) {
    #expect(Base64.standard.text(of: Array(bytes.utf8)) == text)
    #expect(Base64.standard.bytes(of: text) == Array(bytes.utf8))
    let bare = String(text.filter { $0 != "=" })
    #expect(Base64.url.text(of: Array(bytes.utf8)) == bare)
    #expect(Base64.url.bytes(of: bare) == Array(bytes.utf8))
  }

  @Test func everyByteComesBack() {
    withEvery("size", in: 0...5) { size in
      withEvery("byte", in: 0...255) { byte in
        let bytes = [UInt8](repeating: UInt8(byte), count: size)
        for alphabet in [Base64.standard, .url] {
          #expect(alphabet.bytes(of: alphabet.text(of: bytes)) == bytes, "\(loopValues)")
        }
      }
    }
    #expect(Base64.standard.text(of: [0xFB, 0xFF]) == "+/8=")
    #expect(Base64.url.text(of: [0xFB, 0xFF]) == "-_8")
  }

  /// Of each run of bytes there is one text.
  @Test(arguments: [
    "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z", "Zm9v=", "Zm9v====", "Zm 9v", "Zm9v\n", "-_8=",
    "=", "====", "Zm=v",
  ])
  func anotherTextIsNone(text: String) {
    #expect(Base64.standard.bytes(of: text) == nil)
  }

  @Test(arguments: ["Zg==", "Zh", "Z", "+/8", "Zm9v\u{0}"])
  func anotherTextIsNoneInAddresses(text: String) {
    #expect(Base64.url.bytes(of: text) == nil)
  }
}
