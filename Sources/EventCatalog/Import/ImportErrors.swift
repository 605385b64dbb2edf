// What can go wrong in an import: the mapping file, the data file as a whole, or one row of it.

/// Why a mapping file cannot be used. Mend the file at ``line`` and load it again.
package struct MappingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// As the caller named it.
  package var file: String
  /// From 1.
  package var line: Int
  /// Stable: `mapping.yaml`, `mapping.unknown`, `mapping.missing`, `mapping.value`, `mapping.column`,
  /// `mapping.pattern`, `mapping.zone` or `mapping.loosens`.
  package var code: String
  /// What is wrong and how to mend it.
  package var sentence: String

  /// `online-retail.yaml:12: …`, as editors and terminals link it.
  package var description: String { "\(file):\(line): \(sentence)" }
}

/// Why a whole file cannot be imported with this mapping: nothing more of it will be read.
package struct ImportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Stable: `import.header`, `import.encoding`, `import.document`, `import.records`, `import.too-large` or
  /// `import.name`.
  package var code: String
  /// What is wrong and how to mend it; never holds a value of the file.
  package var sentence: String

  package var description: String { sentence }
}

/// Why one row does not become events. The row goes to the reject file and the rest goes on.
struct Misfit: Error, Hashable {
  var code: String
  /// Names columns, never a value: rows hold people's data, and reasons end in files that are passed around.
  var reason: String
  /// Of the row at fault, where it is another one than the first of its group.
  var line: Int?

  init(_ code: String, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  static func missing(_ column: String) -> Misfit {
    Misfit("import.missing-value", "`\(column)` is empty or missing")
  }

  static func badNumber(_ column: String, _ kind: String) -> Misfit {
    Misfit("import.bad-number", "`\(column)` is not \(kind)")
  }

  static func notUTF8(_ column: String) -> Misfit {
    Misfit("import.bad-text", "`\(column)` is not UTF-8; save the file as UTF-8")
  }
}
