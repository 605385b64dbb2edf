// E-mail addresses and phone numbers in the form in which they are stored, hashed and compared.

import JSONBytes

/// The form of a `contactpoint.added` value: the same whoever writes it, a source of imports or a clerk who looks for it.
package enum ContactValues {
  /// The e-mail address as it is stored; nil for what is none.
  package static func email(_ text: String) -> String? {
    email(Array(text.utf8)[...]).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The phone number as it is stored. `country`: whose a number without country code is, two letters of ISO 3166-1. A
  /// number that begins with `00`, or in North America with `011`, has its country code behind that.
  ///
  /// Throws what to mend.
  package static func phone(
    _ text: String, country: String?
  ) throws(PhoneFault) -> String {
    let text = text.filter { $0 != " " }
    let region = country.map { $0.uppercased() }
    var form = PhoneForm()
    if let region {
      guard let plan = CallingCode.ofCountry[region] else { throw .unknownCountry }
      form = PhoneForm(countryCode: "+\(plan.code)", trunkPrefix: plan.trunk)
    }
    var written = text
    if text.hasPrefix("00") {
      written = "+" + text.dropFirst(2)
    } else if text.hasPrefix("011"), form.countryCode == "+1" {
      written = "+" + text.dropFirst(3)
    }
    if let number = phone(Array(written.utf8)[...], form) {
      return String(decoding: number, as: UTF8.self)
    }
    let isForeign = written.hasPrefix("+") || form.countryCode != nil
    throw isForeign ? .notANumber : .needsCountry
  }

  /// Without blanks around it, lower case, in Unicode Normalization Form C. Nil for what is no address, and for a
  /// domain that is not ASCII: its ASCII form (IDNA) is not ours to guess.
  static func email(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let address = trimmed(text)
    guard let at = address.lastIndex(of: UInt8(ascii: "@")), at > address.startIndex else {
      return nil
    }
    let local = address[..<at]
    let domain = address[(at + 1)...]
    guard (3...200).contains(address.count), !domain.isEmpty,
      !local.contains(where: { $0 <= 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "@") }),
      domain.first != UInt8(ascii: "."), domain.last != UInt8(ascii: "."),
      domain.allSatisfy({
        TextRules.isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
      })
    else { return nil }
    return String(validating: address, as: UTF8.self).map {
      Array(NormalForm.normal($0.lowercased()).utf8)
    }
  }

  /// E.164: `+` and 8 to 15 digits. Blanks, dots, dashes, slashes and brackets between the digits do not count.
  static func phone(_ text: ArraySlice<UInt8>, _ form: PhoneForm) -> [UInt8]? {
    var digits: [UInt8] = []
    var hasPlus = false
    for (place, byte) in trimmed(text).enumerated() {
      switch byte {
      case UInt8(ascii: "+") where place == 0: hasPlus = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte)
      case UInt8(ascii: " "), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "/"),
        UInt8(ascii: "("), UInt8(ascii: ")"):
        break
      default: return nil
      }
    }
    var number = Array("+".utf8)
    if !hasPlus {
      guard let countryCode = form.countryCode else { return nil }
      number = Array(countryCode.utf8)
      if let prefix = form.trunkPrefix, digits.starts(with: prefix.utf8) {
        digits.removeFirst(prefix.utf8.count)
      }
    }
    number += digits
    return (9...16).contains(number.count) && number[1] != UInt8(ascii: "0") ? number : nil
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var text = text
    while let first = text.first, first == 0x20 || first == 0x09 { text.removeFirst() }
    while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
    return text
  }
}
