// Reads the numbers of a do-not-call list out of a file, line by line. None is kept, and none is told.

import EventCatalog
import JSONBytes

/// What a line of a list holds.
enum RegistryLine: Hashable, Sendable {
  /// E.164.
  case number(String)
  /// Nothing: an empty line, a remark, the header.
  case nothing
  /// Something that is no number of that country.
  case unreadable
}

/// Numbers as lists have them: one a line, or in a column of delimited text (comma, semicolon or tab).
///
/// With a header the column called after a telephone is read; without one the first column, or the first two where the
/// area code stands in a column of its own, as in the files of the American registry.
struct RegistryNumbers {
  private let country: String
  private var column: Int?

  private static let names: Set<String> = [
    "phone", "phonenumber", "number", "telephone", "telephonenumber", "tel", "mobile", "msisdn",
    "telefon", "telefonnummer", "nummer", "numero", "telefono", "cli",
  ]

  /// `country`: whose numbers these are, two letters of ISO 3166-1. Throws where its way of writing numbers is not
  /// known.
  init(of country: String) throws(LedgerError) {
    self.country = country.uppercased()
    do throws(PhoneFault) {
      // Any digits do: what is asked is whether the country is known.
      _ = try ContactValues.phone("2025550100", country: self.country)
    } catch {
      if case .unknownCountry = error { throw LedgerError("registry.country", error.sentence) }
    }
  }

  /// Reads the next line. Throws where a header names no column of numbers.
  mutating func read(_ line: ArraySlice<UInt8>) throws(LedgerError) -> RegistryLine {
    let cells = Self.cells(of: line)
    if cells.allSatisfy(\.isEmpty) || cells.first?.hasPrefix("#") == true { return .nothing }
    guard let column else { return try readFirst(cells) }
    return number(cells, column)
  }

  private mutating func readFirst(_ cells: [String]) throws(LedgerError) -> RegistryLine {
    if cells.contains(where: { $0.contains(where: \.isNumber) }) {
      column = 0
      return number(cells, 0)
    }
    let named = cells.firstIndex { cell in
      Self.names.contains(cell.lowercased().filter { $0.isLetter })
    }
    guard let found = named ?? (cells.count == 1 ? 0 : nil) else {
      throw LedgerError(
        "registry.columns",
        "the header of the list names no column of numbers; call it phone, or leave the other columns away"
      )
    }
    column = found
    return .nothing
  }

  private func number(_ cells: [String], _ column: Int) -> RegistryLine {
    guard column < cells.count else { return .unreadable }
    var text = cells[column]
    if column + 1 < cells.count, Self.isDigits(text, 3), Self.isDigits(cells[column + 1], 7) {
      text += cells[column + 1]
    }
    do throws(PhoneFault) {
      let number = try ContactValues.phone(text, country: country)
      // Of these numbers all have ten digits: one that lacks a digit is nobody's.
      if number.hasPrefix("+1"), number.utf8.count != 12 { return .unreadable }
      return .number(number)
    } catch {
      return .unreadable
    }
  }

  private static func isDigits(_ text: String, _ count: Int) -> Bool {
    text.utf8.count == count && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// The cells of a line, without the blanks and quotes around them. No list has separators inside quotes.
  private static func cells(of line: ArraySlice<UInt8>) -> [String] {
    let mark = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
    var bytes = line
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    return bytes.split(omittingEmptySubsequences: false) { mark.contains($0) }.map { cell in
      var cell = cell
      func isOutside(_ byte: UInt8?) -> Bool {
        byte == 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
      }
      while isOutside(cell.first) { cell.removeFirst() }
      while isOutside(cell.last) { cell.removeLast() }
      return String(decoding: cell, as: UTF8.self)
    }
  }
}
