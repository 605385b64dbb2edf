// The part of a mapping that says how a file is cut into records: `reads`.
import JSONBytes

enum ReadLoader {
  static func load(_ node: YAMLNode, file: String) throws(MappingError) -> ReadPlan {
    let fields = try MappingFields(
      node, "`reads`",
      known: [
        "format", "separator", "quote", "header", "columns", "trim", "decimalComma", "records",
      ],
      file: file)
    _ = try fields.required("format")
    let format = try fields.choice(
      "format", ["delimited": 0, "fixed": 1, "ndjson": 2, "json": 3])
    switch format {
    case 0:
      try refuse(["records"], fields, "delimited text")
      return try delimited(fields)
    case 1:
      try refuse(["records", "separator", "quote", "trim"], fields, "fixed columns")
      return try fixed(fields)
    default:
      try refuse(
        ["separator", "quote", "header", "columns", "trim", "decimalComma"], fields, "JSON")
      let place = try place(fields)
      return format == 2 ? .jsonLines(place) : .jsonDocument(place)
    }
  }

  private static func refuse(
    _ names: [String], _ fields: MappingFields, _ what: String
  ) throws(MappingError) {
    for name in names {
      if let node = fields[name] {
        throw fields.fault(
          node.line, "mapping.value", "`\(name)` has no meaning for \(what); remove it")
      }
    }
  }

  private static func delimited(_ fields: MappingFields) throws(MappingError) -> ReadPlan {
    var cut = DelimitedFormat.Cut.separator(UInt8(ascii: ","))
    if let text = try fields.text("separator") {
      switch text {
      case "comma": break
      case "semicolon": cut = .separator(UInt8(ascii: ";"))
      case "tab", "\t": cut = .separator(0x09)
      case "pipe": cut = .separator(UInt8(ascii: "|"))
      case "blanks": cut = .blanks
      default:
        cut = .separator(
          try byte(text, "separator", "comma, semicolon, tab, pipe, blanks", fields))
      }
    }
    var quote: UInt8? = UInt8(ascii: "\"")
    if let text = try fields.text("quote") {
      quote = text == "none" ? nil : try byte(text, "quote", "none", fields)
    }
    if case .separator(quote) = cut {
      throw fields.fault(
        fields["quote"]?.line ?? fields.line, "mapping.value",
        "`separator` and `quote` are the same character; change one")
    }
    let header = try fields.flag("header") ?? true
    let columns = try fields.texts("columns")
    if header, let columns {
      throw fields.fault(
        columns[0].line, "mapping.value",
        "the header names the columns; remove `columns`, or write `header: no`")
    }
    guard header || columns != nil else {
      throw fields.fault(
        fields.line, "mapping.missing", "a file without header needs `columns`, the names in order")
    }
    try checkDistinct(columns ?? [], fields)
    return .delimited(
      DelimitedFormat(
        cut: cut, quote: quote, trims: try fields.flag("trim") ?? false,
        decimalComma: try fields.flag("decimalComma") ?? false),
      header: header, columns: (columns ?? []).map(\.text))
  }

  private static func byte(
    _ text: String, _ name: String, _ words: String, _ fields: MappingFields
  ) throws(MappingError) -> UInt8 {
    guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x80, byte != 0x0A, byte != 0x0D
    else {
      throw fields.fault(
        fields[name]?.line ?? fields.line, "mapping.value",
        "`\(name)` is one ASCII character, or one of: \(words)")
    }
    return byte
  }

  private static func checkDistinct(
    _ columns: [(text: String, line: Int)], _ fields: MappingFields
  ) throws(MappingError) {
    var seen: Set<String> = []
    for column in columns where !seen.insert(column.text).inserted {
      throw fields.fault(
        column.line, "mapping.value", "two columns are named `\(column.text)`; rename one")
    }
  }

  private static func fixed(_ fields: MappingFields) throws(MappingError) -> ReadPlan {
    let list = try fields.required("columns")
    guard case .sequence(let elements) = list.content, !elements.isEmpty else {
      throw fields.fault(
        list.line, "mapping.value",
        "`columns` of fixed places is a list of {name: …, from: …, to: …}, the first byte being 1")
    }
    var names: [(text: String, line: Int)] = []
    var places: [Range<Int>] = []
    for element in elements {
      let column = try MappingFields(
        element, "a fixed column", known: ["name", "from", "to"], file: fields.file)
      names.append((try column.requiredText("name"), element.line))
      _ = try column.required("from")
      _ = try column.required("to")
      let limit = 1...DelimitedReader.rowSizeMax
      let from = try column.number("from", in: limit) ?? 1
      let to = try column.number("to", in: limit) ?? 1
      guard from <= to else {
        throw fields.fault(
          element.line, "mapping.value", "a column that ends before it begins; swap `from` and `to`"
        )
      }
      places.append((from - 1)..<to)
    }
    try checkDistinct(names, fields)
    if try fields.flag("header") ?? false {
      throw fields.fault(
        fields["header"]?.line ?? fields.line, "mapping.value",
        "fixed columns are named by the mapping; remove `header`")
    }
    return .delimited(
      DelimitedFormat(
        cut: .fixed(places), quote: nil, decimalComma: try fields.flag("decimalComma") ?? false),
      header: false, columns: names.map(\.text))
  }

  private static func place(_ fields: MappingFields) throws(MappingError) -> ReadPlan.RecordPlace {
    guard let texts = try fields.texts("records") else { return .pointers([[]]) }
    if texts.count == 1, texts[0].text == "onlyMember" { return .onlyMember }
    var pointers: [[String]] = []
    for (text, line) in texts {
      guard let path = pointerParts(text) else {
        throw fields.fault(
          line, "mapping.value",
          "`records` is a JSON Pointer such as /orders (\"\" is the whole document), a list of them, "
            + "or `onlyMember`")
      }
      pointers.append(path)
    }
    return .pointers(pointers)
  }
}

/// The unescaped parts of a JSON Pointer (RFC 6901); nil if it is none.
func pointerParts(_ text: String) -> [String]? {
  if text.isEmpty { return [] }
  guard text.hasPrefix("/") else { return nil }
  return text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    .map { JSONPointer.unescaped($0) }
}
