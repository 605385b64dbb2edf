/// Numbers are compared and divided as exact decimals, at any size.
import EventCatalog
import JSONBytes
import RapportTesting
import Testing

@Suite struct SchemaNumberTests {
  static let ordered = [
    "-1e400", "-1.5e308", "-12345678901234567890.1", "-12345678901234567890", "-100", "-99.99",
    "-1.01",
    "-1", "-0.1", "-1e-400", "0", "1e-400", "1e-308", "0.01", "0.1", "0.10000000000000000000001",
    "0.9999999",
    "1", "1.0000000000000000000000001", "9", "10", "12", "99.5", "100", "100.5", "1e3",
    "9007199254740992",
    "9007199254740993", "1e308", "1.5e308", "1e400", "1e500",
  ]

  @Test func everyPairIsComparedByValue() throws {
    for (place, bound) in Self.ordered.enumerated() {
      let least = try schema(#"{"minimum": \#(bound)}"#)
      let more = try schema(#"{"exclusiveMinimum": \#(bound)}"#)
      let most = try schema(#"{"maximum": \#(bound)}"#)
      let less = try schema(#"{"exclusiveMaximum": \#(bound)}"#)
      let same = try schema(#"{"const": \#(bound)}"#)
      for (other, number) in Self.ordered.enumerated() {
        let value = try json(number)
        #expect(least.accepts(value) == (other >= place), "\(number) >= \(bound)")
        #expect(more.accepts(value) == (other > place), "\(number) > \(bound)")
        #expect(most.accepts(value) == (other <= place), "\(number) <= \(bound)")
        #expect(less.accepts(value) == (other < place), "\(number) < \(bound)")
        #expect(same.accepts(value) == (other == place), "\(number) = \(bound)")
      }
    }
  }

  @Test(arguments: [
    ["0", "-0", "0.0", "0e9", "-0.000e-5"], ["1", "1.0", "10e-1", "0.1e1", "1E0", "1e+0"],
    ["-120", "-1.2e2", "-12000e-2", "-120.000"], ["1e308", "10e307", "0.1e309", "1e+308"],
    ["12.5", "125e-1", "0.0125e3", "12.50"],
  ])
  func theSameValueInAnyFormIsEqual(forms: [String]) throws {
    for one in forms {
      let same = try schema(#"{"const": \#(one)}"#)
      let unique = try schema(#"{"uniqueItems": true}"#)
      for other in forms {
        #expect(same.accepts(try json(other)), "\(one) = \(other)")
        #expect(!unique.accepts(try json("[\(one), \(other)]")), "\(one) = \(other)")
      }
    }
  }

  @Test(arguments: [
    ("1", true), ("1.0", true), ("-0.0", true), ("1e2", true), ("1.5e1", true), ("1.50e1", true),
    ("1e308", true),
    ("100e-2", true), ("1.5", false), ("1e-1", false), ("1.05e1", false),
    ("12345678901234567890.5", false),
  ])
  func wholeNumbersAreIntegersHoweverWritten(number: String, isInteger: Bool) throws {
    #expect(try schema(#"{"type": "integer"}"#).accepts(json(number)) == isInteger)
    #expect(try schema(#"{"type": "number"}"#).accepts(json(number)))
  }

  /// Against exact integer arithmetic: both numbers scaled to 10^-4.
  @Test func multiplesAgreeWithIntegerArithmetic() throws {
    let seed = SeededGenerator.seedOfThisRun
    var numbers = SeededGenerator(seed: seed)
    func text(_ value: Int) -> String { ExactDecimal(unscaled: Int128(value), scale: 4).text() }
    for _ in 0..<3_000 {
      let divisor = 1 + numbers.below(numbers.chance(50) ? 60 : 90_000)
      let value = (numbers.below(2_000_000) - 1_000_000) * (numbers.chance(30) ? divisor : 1)
      let schema = try schema(#"{"multipleOf": \#(text(divisor))}"#)
      #expect(
        schema.accepts(try json(text(value))) == (value % divisor == 0),
        "seed \(seed): \(text(value)) by \(text(divisor))")
    }
  }

  @Test(arguments: [
    ("0.01", "1e308", true), ("3", "1e308", false), ("3", "3e308", true), ("7", "1e400", false),
    ("0.123456789", "1e308", false), ("1e-8", "12391239123", true), ("1e10", "1e9", false),
    ("1e10", "1e11", true), ("1e10", "0", true), ("2e300", "1e301", true), ("0.3", "0.9", true),
    ("999999999999999999", "999999999999999999000", true), ("999999999999999999", "1e30", false),
  ])
  func hugeMultiplesAreExact(divisor: String, value: String, fits: Bool) throws {
    #expect(try schema(#"{"multipleOf": \#(divisor)}"#).accepts(json(value)) == fits)
  }
}
