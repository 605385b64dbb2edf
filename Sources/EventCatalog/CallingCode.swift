// How phone numbers are written within a country, and its code in ITU-T E.164.

/// Why a text is no phone number.
package enum PhoneFault: Error, Hashable, Sendable {
  /// It has no country code, and nobody said whose number it is.
  case needsCountry
  /// How that country writes its numbers is not known here.
  case unknownCountry
  case notANumber

  /// What is wrong and how to mend it; holds nothing of the number.
  package var sentence: String {
    switch self {
    case .needsCountry:
      "the phone number has no country code; write it as +49..., or name its country with --country DE"
    case .unknownCountry:
      "how that country writes its numbers is not known here; write the number with + and its country code"
    case .notANumber: "that is no phone number; it has 8 to 15 digits, the country code included"
    }
  }
}

/// A country's code, and what its people dial before a number at home, which is dropped.
struct CallingCode: Sendable {
  var code: String
  /// Nil: nothing is dialled there; a leading zero is part of the number.
  var trunk: String?

  init(_ code: String, _ trunk: String? = nil) {
    self.code = code
    self.trunk = trunk
  }

  /// By the two letters of ISO 3166-1. Countries that are changing their dialling are left out: a number with `+` always
  /// works.
  static let ofCountry: [String: CallingCode] = [
    // Europe.
    "AT": CallingCode("43", "0"), "BE": CallingCode("32", "0"), "BG": CallingCode("359", "0"),
    "CH": CallingCode("41", "0"), "CY": CallingCode("357"), "CZ": CallingCode("420"),
    "DE": CallingCode("49", "0"), "DK": CallingCode("45"), "EE": CallingCode("372"),
    "ES": CallingCode("34"), "FI": CallingCode("358", "0"), "FR": CallingCode("33", "0"),
    "GB": CallingCode("44", "0"), "GR": CallingCode("30"), "HR": CallingCode("385", "0"),
    "HU": CallingCode("36", "06"), "IE": CallingCode("353", "0"), "IS": CallingCode("354"),
    "IT": CallingCode("39"), "LI": CallingCode("423"), "LU": CallingCode("352"),
    "LV": CallingCode("371"), "MT": CallingCode("356"), "NL": CallingCode("31", "0"),
    "NO": CallingCode("47"), "PL": CallingCode("48"), "PT": CallingCode("351"),
    "RO": CallingCode("40", "0"), "RS": CallingCode("381", "0"), "SE": CallingCode("46", "0"),
    "SI": CallingCode("386", "0"), "SK": CallingCode("421", "0"), "TR": CallingCode("90", "0"),
    "UA": CallingCode("380", "0"),
    // The Americas.
    "AR": CallingCode("54", "0"), "BR": CallingCode("55", "0"), "CA": CallingCode("1", "1"),
    "CL": CallingCode("56"), "MX": CallingCode("52"), "PE": CallingCode("51", "0"),
    "US": CallingCode("1", "1"),
    // Asia, Africa, Oceania.
    "AE": CallingCode("971", "0"), "AU": CallingCode("61", "0"), "CN": CallingCode("86", "0"),
    "EG": CallingCode("20", "0"), "HK": CallingCode("852"), "ID": CallingCode("62", "0"),
    "IL": CallingCode("972", "0"), "IN": CallingCode("91", "0"), "JP": CallingCode("81", "0"),
    "KE": CallingCode("254", "0"), "KR": CallingCode("82", "0"), "MA": CallingCode("212", "0"),
    "MY": CallingCode("60", "0"), "NG": CallingCode("234", "0"), "NZ": CallingCode("64", "0"),
    "PH": CallingCode("63", "0"), "SA": CallingCode("966", "0"), "SG": CallingCode("65"),
    "TH": CallingCode("66", "0"), "VN": CallingCode("84", "0"), "ZA": CallingCode("27", "0"),
  ]
}
