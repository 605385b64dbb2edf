// Keys of the indexes against values that `sha256sum` gives.
import Testing

@testable import Transparency

struct Hash128Tests {
  @Test func aSubjectIsKnownByTheFirstHalfOfItsHash() {
    #expect(
      Hash128.of(subject: Array("abc".utf8)[...])
        == Hash128(high: 0xba78_16bf_8f01_cfea, low: 0x4141_40de_5dae_2223))
    #expect(
      Hash128.of(subject: [])
        == Hash128(high: 0xe3b0_c442_98fc_1c14, low: 0x9afb_f4c8_996f_b924))
  }

  @Test func anIDIsKnownTogetherWithItsSource() {
    #expect(
      Hash128.of(source: Array("/web/preferences".utf8)[...], id: Array("1".utf8)[...])
        == Hash128(high: 0x46bd_26ed_6be1_88b7, low: 0xb808_d2fc_3ea8_7823))
  }

  @Test func theBorderBetweenSourceAndIDCounts() {
    let hashes: Set = [
      Hash128.of(source: Array("ab".utf8)[...], id: Array("c".utf8)[...]),
      Hash128.of(source: Array("a".utf8)[...], id: Array("bc".utf8)[...]),
      Hash128.of(source: Array("abc".utf8)[...], id: []),
      Hash128.of(source: [], id: Array("abc".utf8)[...]),
      Hash128.of(subject: Array("abc".utf8)[...]),
    ]
    #expect(hashes.count == 5)
  }

  @Test func aSliceIsReadAndNotWhatLiesAroundIt() {
    let line = Array("xx/shop\u{0}order-7yy".utf8)
    #expect(
      Hash128.of(source: line[2..<7], id: line[8..<15])
        == Hash128.of(source: Array("/shop".utf8)[...], id: Array("order-7".utf8)[...]))
  }
}
