/// The version that `dataschema` names.
package enum SchemaVersion {
  /// The number behind the last slash of `order.completed/1`; 0 where there is none. Makes no String.
  package static func number(_ text: some BidirectionalCollection<UInt8>) -> Int {
    var value = 0
    var unit = 1
    for byte in text.reversed() {
      if byte == UInt8(ascii: "/") { return unit > 1 ? value : 0 }
      guard byte &- 0x30 < 10, unit <= 10_000_000 else { return 0 }
      value += Int(byte - 0x30) * unit
      unit *= 10
    }
    return 0
  }
}
