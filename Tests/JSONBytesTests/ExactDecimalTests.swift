/// Exact decimals against integers of one common scale.
import JSONBytes
import RapportTesting
import Testing

@Suite struct ExactDecimalTests {
  @Test(arguments: [
    ("0", "0"), ("-0", "0"), ("+1", "1"), ("007", "7"), ("1.50", "1.5"), ("-12.345", "-12.345"),
    ("0.000000000001", "0.000000000001"),
    ("123456789012345678901234567890", "123456789012345678901234567890"),
    ("-123456789012345678.901234567890", "-123456789012345678.90123456789"), ("-0.5", "-0.5"),
    ("100", "100"),
  ])
  func aDecimalIsReadAndWritten(text: String, written: String) throws {
    let value = try #require(ExactDecimal(text))
    #expect(value.text() == written)
    #expect(ExactDecimal(written) == value)
    #expect(ExactDecimal(Array(text.utf8)) == value)
  }

  @Test(arguments: [
    "", "-", "+", ".", "1.", ".5", "1e3", "1,5", "1 ", " 1", "--1", "+-1", "1-", "1.2.3", "0x1",
    "٣", "NaN", "inf",
    "0.0000000000001", "1234567890123456789012345678901", "-1234567890123456789012345678901",
  ])
  func whatIsNoExactDecimalGivesNothing(text: String) {
    #expect(ExactDecimal(text) == nil)
  }

  @Test(arguments: [
    ("2.1", 2, "2.10"), ("2", 2, "2.00"), ("0", 2, "0.00"), ("-0.001", 2, "-0.001"),
    ("1.2300", 3, "1.230"), ("0.05", 0, "0.05"),
    ("123456789012345678901234567890", 12, "123456789012345678901234567890.000000000000"),
  ])
  func atLeastSoManyPlacesAreWritten(text: String, places: Int, written: String) {
    #expect(ExactDecimal(text)?.text(placesMin: places) == written)
  }

  @Test func theLargestSumIsWrittenWithAnyPlaces() {
    let largest = ExactDecimal(unscaled: .max, scale: 0)
    #expect(largest.text(placesMin: 6) == "\(Int128.max).000000")
    #expect(
      ExactDecimal(unscaled: .min + 1, scale: 1).text(placesMin: 0).hasPrefix(
        "-1701411834604692317"))
  }

  @Test(
    arguments: [
      ("1.5", 1_500_000), ("-0.000001", -1), ("0.0000010", 1), ("9223372036854.775807", Int64.max),
      ("-9223372036854.775808", Int64.min),
      ("9223372036854.775808", nil), ("0.0000001", nil), ("123456789012345678901234567890", nil),
      ("0", 0),
    ] as [(String, Int64?)])
  func microsAreExactOrNothing(text: String, micros: Int64?) {
    #expect(ExactDecimal(text)?.micros == micros)
    if let micros { #expect(ExactDecimal(micros: micros) == ExactDecimal(text)) }
  }

  /// The oracle: everything in units of 10^-6, where integers are exact.
  @Test func arithmeticAgreesWithIntegers() throws {
    let seed = SeededGenerator.seedOfThisRun
    var numbers = SeededGenerator(seed: seed)
    func number() -> (ExactDecimal, Int128) {
      let scale = numbers.below(7)
      var unscaled = Int128(Int64(truncatingIfNeeded: numbers.next()) >> Int64(numbers.below(62)))
      let value = ExactDecimal(unscaled: unscaled, scale: scale)
      for _ in scale..<6 { unscaled *= 10 }
      return (value, unscaled)
    }
    for _ in 0..<20_000 {
      let (a, x) = number()
      let (b, y) = number()
      let note = "seed \(seed): \(a.text()) \(b.text())"
      #expect(a.adding(b) == ExactDecimal(unscaled: x + y, scale: 6), "\(note)")
      #expect((a < b) == (x < y) && (a == b) == (x == y), "\(note)")
      #expect(x != y || a.hashValue == b.hashValue, "\(note)")
      #expect(-a == ExactDecimal(unscaled: -x, scale: 6), "\(note)")
      #expect(a.isNegative == (x < 0) && a.isZero == (x == 0), "\(note)")
      let (product, overflow) = a.unscaled.multipliedReportingOverflow(by: b.unscaled)
      let expected = overflow ? nil : ExactDecimal(unscaled: product, scale: a.scale + b.scale)
      #expect(a.multiplied(by: b) == expected, "\(note)")
      if a.text().utf8.count < 28 { #expect(ExactDecimal(a.text()) == a, "\(note)") }
    }
  }

  /// Numbers whose common scale does not fit 128 bits are still put in order.
  @Test func hugeAndTinyNumbersAreOrdered() throws {
    let ordered = [
      ExactDecimal(unscaled: -.max, scale: 0), ExactDecimal(unscaled: -.max, scale: 1),
      ExactDecimal(-1),
      ExactDecimal(unscaled: -1, scale: 24), ExactDecimal(0), ExactDecimal(unscaled: 1, scale: 24),
      ExactDecimal(unscaled: 2, scale: 24), ExactDecimal(1),
      ExactDecimal(unscaled: .max, scale: 24),
      ExactDecimal(unscaled: .max, scale: 1), ExactDecimal(unscaled: .max - 1, scale: 0),
      ExactDecimal(unscaled: .max, scale: 0),
    ]
    for (place, one) in ordered.enumerated() {
      for (other, two) in ordered.enumerated() {
        #expect((one < two) == (place < other), "\(one.text()) \(two.text())")
        #expect((one == two) == (place == other), "\(one.text()) \(two.text())")
      }
    }
  }

  @Test func whatDoesNotFitIsNothingAndNotRounded() {
    let largest = ExactDecimal(unscaled: .max, scale: 0)
    #expect(largest.adding(ExactDecimal(1)) == nil)
    #expect(largest.adding(ExactDecimal(unscaled: 1, scale: 1)) == nil)
    #expect(largest.multiplied(by: ExactDecimal(2)) == nil)
    let small = ExactDecimal(unscaled: 1, scale: 12)
    #expect(small.multiplied(by: small) == nil)
    #expect(small.multiplied(by: ExactDecimal(unscaled: 10, scale: 1)) == small)
  }
}
