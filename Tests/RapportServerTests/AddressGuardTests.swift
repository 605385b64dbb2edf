import RapportTesting
import Testing

@testable import RapportServer

/// Nothing is sent where only we can reach.
@Suite struct AddressGuardTests {
  @Test(arguments: [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255",
    "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:7f00:1",
    "::127.0.0.1", "::8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b:1::808:808",
    "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1", "fc00::1",
    "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1", "4000::1", "::2", "0:0:0:0:0:ffff:a00:1",
  ])
  func anAddressThatMayBeOursIsRefused(text: String) throws {
    let address = try #require(IPAddress(text))
    #expect(!AddressGuard().mayBeSentTo(address))
  }

  @Test(arguments: [
    "8.8.8.8", "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
    "126.255.255.255", "128.0.0.1", "169.253.0.1", "172.15.255.255", "172.32.0.0", "192.0.1.1",
    "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2a00:1450::200e",
    "64:ff9b::8.8.8.8", "2003::1",
  ])
  func anAddressOfEverybodyIsNot(text: String) throws {
    let address = try #require(IPAddress(text))
    #expect(AddressGuard().mayBeSentTo(address))
  }

  /// Forms that some programs take for an address, and others for a name.
  @Test(arguments: [
    "", "1", "127.1", "127.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "0177.0.0.1",
    "127.0.0.01", "127.0.0.1.", "127.0.0.256", "127.0.0.-1", " 127.0.0.1", "127.0.0.1 ", "１.1.1.1",
    ":", ":::", "::1::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2:3:4:5:6:7:8", "12345::",
    "g::", "::1%eth0", "[::1]", "::1.2.3", "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:",
    ":1:2:3:4:5:6:7",
  ])
  func otherFormsAreNone(text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test func formsOfOneAddressAreOne() throws {
    let forms = ["2001:db8::1", "2001:0DB8:0:0:0:0:0:1", "2001:db8:0:0::1", "2001:db8::0.0.0.1"]
    #expect(Set(forms.compactMap { IPAddress($0) }).count == 1)
    #expect(IPAddress("1:2:3:4:5:6:7::") == IPAddress("1:2:3:4:5:6:7:0"))
    #expect(IPAddress("::ffff:10.0.0.1")?.unwrapped == IPAddress("10.0.0.1"))
  }

  // MARK: Addresses of webhooks

  @Test(arguments: [
    ("https://example.com", "example.com", 443, "/"),
    ("HTTPS://Example.COM:8443/a/b?c=d", "example.com", 8_443, "/a/b?c=d"),
    ("https://example.com?x", "example.com", 443, "/?x"),
    ("https://8.8.8.8/a", "8.8.8.8", 443, "/a"),
    ("https://[2606:4700::1111]:443/", "2606:4700::1111", 443, "/"),
    ("https://a-b.xn--bcher-kva.example/%2F", "a-b.xn--bcher-kva.example", 443, "/%2F"),
  ])
  func anAddressIsTakenApart(text: String, host: String, port: Int, target: String) throws {
    let address = try #require(WebhookAddress(text))
    #expect(address.host == host && address.port == port && address.target == target)
  }

  @Test(arguments: [
    "", "http://example.com", "ftp://example.com", "https:example.com", "https://", "https:///a",
    "//example.com", "https://user@example.com", "https://user:pass@example.com",
    "https://example.com@evil.example", "https://example.com#a",
    "https://example.com\\@evil.example",
    "https://0x7f.1", "https://0x7f000001", "https://2130706433", "https://127.1",
    "https://0177.0.0.1",
    "https://localhost", "https://example.com.", "https://exa mple.com", "https://example.com:0",
    "https://example.com:65536", "https://example.com:", "https://example.com:44x",
    "https://[::1", "https://::1]/", "https://[::1]x/", "https://[127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://%31%32%37.0.0.1/", "https://exämple.com", "https://-a.example", "https://a..example",
    "https://①②⑦.0.0.1/", "https://example.com/\u{0}", "https://example.com/a\r\nHost: b",
    "https://example.1", "https://example.0x10",
  ])
  func anAddressThatCanBeReadInTwoWaysIsNone(text: String) {
    #expect(WebhookAddress(text) == nil)
  }

  // MARK: What a name stands for

  private func refusal(
    _ guarding: AddressGuard, _ url: String, _ resolved: [String]
  ) throws -> AddressGuard.Refusal? {
    let target = try #require(WebhookAddress(url))
    do throws(AddressGuard.Refusal) {
      _ = try guarding.checked(target, resolved: resolved.compactMap { IPAddress($0) })
      return nil
    } catch {
      return error
    }
  }

  /// Every address that a name stands for is looked at; one of ours among them spoils all. The answer is what to
  /// connect to, so that the name is not asked again.
  @Test func oneAddressOfOursSpoilsAll() throws {
    let url = "https://hook.example/"
    #expect(try refusal(AddressGuard(), url, ["8.8.8.8", "2606:4700::1111"]) == nil)
    #expect(try refusal(AddressGuard(), url, ["8.8.8.8", "127.0.0.1"]) == .address)
    #expect(try refusal(AddressGuard(), url, ["::ffff:169.254.169.254"]) == .address)
    #expect(try refusal(AddressGuard(), url, []) == .unresolved)
    #expect(try refusal(AddressGuard(), "https://hook.example:8443/", ["8.8.8.8"]) == .port)
    let checked = try AddressGuard().checked(
      try #require(WebhookAddress(url)), resolved: [try #require(IPAddress("8.8.8.8"))])
    #expect(checked == [IPAddress("8.8.8.8")])
  }

  @Test func theOperatorMayNameARangeOfItsOwn() throws {
    let own = AddressGuard(
      allowedRanges: ["10.1.0.0/16", "fd00:1::/32", "127.0.0.1"].compactMap { IPRange($0) },
      allowedPorts: [8_443])
    let url = "https://hook.example:8443/"
    #expect(try refusal(own, url, ["10.1.255.255"]) == nil)
    #expect(try refusal(own, url, ["::ffff:10.1.0.1"]) == nil)
    #expect(try refusal(own, url, ["10.2.0.0"]) == .address)
    #expect(try refusal(own, url, ["fd00:1:ffff::1"]) == nil)
    #expect(try refusal(own, url, ["fd00:2::1"]) == .address)
    #expect(try refusal(own, url, ["127.0.0.1"]) == nil)
    #expect(try refusal(own, url, ["127.0.0.2"]) == .address)
  }

  @Test func aRangeIsItsPrefix() throws {
    for text in ["10.1.0.1/16", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "a/8", ""] {
      #expect(IPRange(text) == nil, "\(text)")
    }
    let all = try #require(IPRange("0.0.0.0/0"))
    #expect(all.contains(try #require(IPAddress("255.255.255.255"))))
    #expect(!all.contains(try #require(IPAddress("::1"))))
    let half = try #require(IPRange("8000::/1"))
    #expect(half.contains(try #require(IPAddress("ffff::"))))
    #expect(!half.contains(try #require(IPAddress("7fff::"))))
    let low = try #require(IPRange("::1:0/112"))
    #expect(low.contains(try #require(IPAddress("::1:ffff"))))
    #expect(!low.contains(try #require(IPAddress("::2:0"))))
  }
}
