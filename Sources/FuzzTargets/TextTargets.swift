import EventCatalog
import JSONBytes

/// JSON in, canonical JSON out; and the small texts within it.
enum JSONTarget {
  static func run(_ input: [UInt8]) {
    texts(input)
    // What is not JSON is what most inputs are; the same holds for every `try?` here.
    guard let document = try? JSONDocument(scanning: input) else { return }
    for numbers in [CanonicalWriter.Numbers.rounded, .exact] {
      var once: [UInt8] = []
      // A number that is refused is no finding.
      guard (try? CanonicalWriter.write(document.root, numbers: numbers, to: &once)) != nil else {
        continue
      }
      // An error is what this looks for.
      guard let again = try? JSONDocument(scanning: once) else {
        preconditionFailure("canonical JSON scans")
      }
      var twice: [UInt8] = []
      // An error is what this looks for.
      guard (try? CanonicalWriter.write(again.root, numbers: numbers, to: &twice)) != nil else {
        preconditionFailure("canonical JSON is written again")
      }
      precondition(once == twice, "canonical JSON is canonical already")
      var tree: [UInt8] = []
      CanonicalWriter.write(document.root.value, to: &tree)
      precondition(once == tree, "a tree and its text are written alike")
    }
  }

  private static func texts(_ input: [UInt8]) {
    if let time = Timestamp(input[...]) {
      precondition(Timestamp(time.text) == time, "a time is read as it was written")
    }
    if let decimal = ExactDecimal(input[...]) {
      precondition(ExactDecimal(decimal.text()) == decimal, "a decimal is read as it was written")
      _ = decimal.micros
      _ = decimal.multiplied(by: decimal)
      _ = decimal.adding(decimal)
    }
  }
}

/// A mapping, a zero byte, and a file that is imported by it.
enum MappingTarget {
  static func run(_ input: [UInt8]) {
    let parts = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    // What is no mapping is what most inputs are.
    guard let mapping = try? ImportMapping(yaml: Array(parts[0]), file: "mapping.yaml") else {
      return
    }
    _ = mapping.eventTypes
    let file = parts.count > 1 ? Array(parts[1]) : []
    let whole = items(mapping, file, chunk: max(1, file.count))
    let cut = items(mapping, file, chunk: 7)
    precondition(whole == cut, "the same comes out however the file is cut")
  }

  /// Nil where the file as a whole cannot be used.
  private static func items(
    _ mapping: ImportMapping, _ file: [UInt8], chunk: Int
  ) -> [ImportItem]? {
    do {
      var run = try ImportRun(mapping: mapping, fileName: "file.csv", batchID: "b1")
      var items: [ImportItem] = []
      for start in stride(from: 0, to: file.count, by: chunk) {
        items += try run.consume(Array(file[start..<min(file.count, start + chunk)]).span)
      }
      while true {
        let more = try run.finish()
        if more.isEmpty { return items }
        items += more
      }
    } catch { return nil }
  }
}
