import JSONBytes

/// Who is behind a practice event: `authtype` and `authid`.
enum PracticeAuthor {
  case customer
  case staff(Int)
  case software(String)
  case rapport
}

/// What business case an event belongs to: `correlationid`.
enum PracticeCase {
  case none
  case of(String, Ordinal)
  case house(String, Ordinal)
}

/// Writes the members of `data`, in alphabetical order as the caller names them, so that the line
/// is canonical.
struct PracticeWriter {
  var bytes: [UInt8]
  let ids: PracticeIds
  let life: UInt32
  /// Ordinal of the event being written.
  let current: Ordinal
  private var isFirst = true

  init(_ bytes: consuming [UInt8], ids: PracticeIds, life: UInt32, event: Ordinal) {
    self.bytes = bytes
    self.ids = ids
    self.life = life
    current = event
  }

  private mutating func name(_ name: String) {
    comma()
    bytes.append(UInt8(ascii: "\""))
    bytes += name.utf8
    bytes += "\":".utf8
  }

  private mutating func comma() {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
  }

  /// A code, a path or another word that needs no escapes; nothing where it is nil.
  mutating func code(_ name: String, _ value: String?) {
    guard let value else { return }
    self.name(name)
    bytes.append(UInt8(ascii: "\""))
    bytes += value.utf8
    bytes.append(UInt8(ascii: "\""))
  }

  /// Words; nothing where they are nil.
  mutating func text(_ name: String, _ value: String?) {
    guard let value else { return }
    self.name(name)
    JSONText.appendQuoted(value.utf8, to: &bytes)
  }

  mutating func number(_ name: String, _ value: Int) {
    self.name(name)
    bytes.appendDecimal(UInt64(value))
  }

  /// A number of hundredths below one as a JSON number in its shortest form: 75 is `0.75`.
  mutating func hundredths(_ name: String, _ value: Int) {
    precondition((1..<100).contains(value), "a share lies between nothing and all")
    self.name(name)
    bytes += "0.".utf8
    bytes.appendDecimal(
      UInt64(value % 10 == 0 ? value / 10 : value), width: value % 10 == 0 ? 1 : 2)
  }

  mutating func bool(_ name: String, _ value: Bool?) {
    guard let value else { return }
    self.name(name)
    bytes += (value ? "true" : "false").utf8
  }

  mutating func money(_ name: String, _ cents: Int, _ currency: String) {
    self.name(name)
    bytes += "{\"amount\":\"".utf8
    bytes.appendDecimal(UInt64(cents / 100))
    bytes.append(UInt8(ascii: "."))
    bytes.appendDecimal(UInt64(cents % 100), width: 2)
    bytes += "\",\"currency\":\"".utf8
    bytes += currency.utf8
    bytes += "\"}".utf8
  }

  /// The id of an earlier event of this life; nothing for 0.
  mutating func event(_ name: String, _ ordinal: Ordinal) {
    event(name, ordinal, of: life)
  }

  mutating func event(_ name: String, _ ordinal: Ordinal, of owner: UInt32) {
    guard ordinal != 0 else { return }
    precondition(owner != life || ordinal <= current, "an event refers to the past")
    self.name(name)
    bytes.append(UInt8(ascii: "\""))
    ids.appendEvent(ordinal, of: owner, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func events(_ name: String, _ ordinals: [Ordinal]) {
    self.name(name)
    bytes.append(UInt8(ascii: "["))
    for (place, ordinal) in ordinals.enumerated() {
      bytes += (place == 0 ? "\"" : ",\"").utf8
      ids.appendEvent(ordinal, of: life, to: &bytes)
      bytes.append(UInt8(ascii: "\""))
    }
    bytes.append(UInt8(ascii: "]"))
  }

  /// An `Id` made by an event of this life; nothing for 0.
  mutating func id(_ name: String, _ kind: String, _ ordinal: Ordinal) {
    id(name, kind, ordinal, of: life)
  }

  mutating func id(_ name: String, _ kind: String, _ ordinal: Ordinal, of owner: UInt32) {
    guard ordinal != 0 else { return }
    self.name(name)
    bytes.append(UInt8(ascii: "\""))
    ids.appendId(kind, ordinal, of: owner, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func subject(_ name: String, _ owner: UInt32, isAnonymous: Bool = false) {
    self.name(name)
    bytes.append(UInt8(ascii: "\""))
    ids.appendSubject(owner, isAnonymous: isAnonymous, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func hash(_ name: String, _ salt: UInt64) {
    self.name(name)
    bytes.append(UInt8(ascii: "\""))
    ids.appendHash(salt, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// An instant, given in milliseconds since 1970.
  mutating func instant(_ name: String, _ milliseconds: Int64) {
    self.name(name)
    bytes.append(UInt8(ascii: "\""))
    Timestamp(microseconds: milliseconds * 1000).write(to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// The day of an instant in UTC.
  mutating func date(_ name: String, _ milliseconds: Int64) {
    self.name(name)
    bytes.append(UInt8(ascii: "\""))
    Timestamp(microseconds: milliseconds * 1000).date.write(to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func codes(_ name: String, _ values: [String]) {
    self.name(name)
    bytes.append(UInt8(ascii: "["))
    for (place, value) in values.enumerated() {
      bytes += (place == 0 ? "\"" : ",\"").utf8
      bytes += value.utf8
      bytes.append(UInt8(ascii: "\""))
    }
    bytes.append(UInt8(ascii: "]"))
  }

  /// JSON that stands ready.
  mutating func verbatim(_ name: String, _ json: String) {
    self.name(name)
    bytes += json.utf8
  }

  mutating func object(_ name: String, _ members: (inout PracticeWriter) -> Void) {
    self.name(name)
    braced(members)
  }

  mutating func objects(_ name: String, count: Int, _ members: (inout PracticeWriter, Int) -> Void)
  {
    self.name(name)
    bytes.append(UInt8(ascii: "["))
    isFirst = true
    for place in 0..<count {
      comma()
      braced { members(&$0, place) }
    }
    bytes.append(UInt8(ascii: "]"))
    isFirst = false
  }

  mutating func braced(_ members: (inout PracticeWriter) -> Void) {
    bytes.append(UInt8(ascii: "{"))
    isFirst = true
    members(&self)
    bytes.append(UInt8(ascii: "}"))
    isFirst = false
  }

  /// Proof of what the customer did; `kind` is the code of its sort.
  mutating func evidence(_ kind: String) {
    object("evidence") { data in
      data.code("kind", kind)
      data.id("reference", "proof", data.current)
    }
  }
}
