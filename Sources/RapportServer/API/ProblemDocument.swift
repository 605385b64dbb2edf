// What is said when something is refused or fails: a problem document (RFC 9457) with the stable code of the command
// line.

import JSONBytes

/// A problem, as `application/problem+json` tells it.
struct ProblemDocument: Hashable, Sendable {
  static let contentType = "application/problem+json"

  /// Stable; the last part of `type`.
  var code: String
  var status: Int
  /// What it is about, the same for every problem of this code.
  var title: String
  /// What happened and how to mend it; nothing of a customer's data.
  var detail: String
  /// Names this one answer, so that who sees it can ask about it.
  var number: String
  /// Of an expected revision that does not hold: the one that does.
  var revision: UInt32?
  /// Of a place in the request: a JSON Pointer.
  var pointer: String?
  /// Of several events: the place of the one that it is about, from 0.
  var index: Int?
  /// Seconds after which it is worth asking again; said in `Retry-After` as well.
  var retryAfter: Int?

  /// Joins a code with what it means here.
  init(_ code: String, _ detail: String, number: String) {
    let meaning = ProblemTable.meaning(of: code)
    self.code = code
    status = meaning.status
    title = meaning.title
    self.detail = detail
    self.number = number
    retryAfter = meaning.status == 503 || meaning.status == 429 ? 1 : nil
  }

  /// `type` is a name, not an address: nothing is to be fetched there.
  var json: JSONValue {
    .object([
      "type": .string("urn:rapport:problem:\(code)"), "title": .string(title),
      "status": .integer(status), "detail": .string(detail),
      "instance": .string("urn:rapport:answer:\(number)"), "code": .string(code),
      "revision": revision.map { .integer($0) }, "pointer": pointer.map { .string($0) },
      "index": index.map { .integer($0) }, "retryAfter": retryAfter.map { .integer($0) },
    ])
  }

  /// The one answer to everything that is not there, or not the asker's to see: nobody can tell which.
  static func notThere(number: String) -> ProblemDocument {
    ProblemDocument("http.not-found", "there is nothing here for you", number: number)
  }
}
