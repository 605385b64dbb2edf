// Every limit of the doors, with its unit last and its reason. Settings may change those marked so.

enum DoorLimits {
  /// Bytes of a request's head.
  static let headSizeMax = 16 << 10
  /// A head must be there within so many seconds: who sends it byte by byte holds a connection for nothing.
  static let headSecondsMax = 10
  /// Bytes of a request's content.
  static let bodySizeMax = 1 << 20
  /// Content must come at this rate at least, in bytes a second.
  static let bodyRateMin = 1 << 10
  /// Seconds for which a connection may rest between requests.
  static let idleSecondsMax = 60
  /// Connections in all, and from one address. Settings: a test of load raises the second.
  static let connectionsMax = 16_384
  static let connectionsOfAddressMax = 64
  /// Events of one batch: a page of answers must hold what became of each.
  static let batchEventsMax = 1_000
  /// Items of one answer; a cursor leads to more.
  static let itemsMax = 1_000
  /// Questions of one batch of decisions.
  static let questionsMax = 1_000
  /// Bytes that wait for one subscriber's socket; then it is cut off and goes on by `Last-Event-ID`.
  static let subscriberBufferMax = 256 << 10
  /// Seconds between two signs of life of a stream.
  static let heartbeatSeconds = 15
  /// Seconds for which a request waits for more items before it answers with none.
  static let longPollSecondsMax = 25
  /// Milliseconds for which an answer waits for the position that it is asked to contain.
  static let positionMillisecondsMax = 1_000
  /// Bytes of a webhook's answer that are read, and the seconds for which it is waited.
  static let webhookAnswerSizeMax = 64 << 10
  static let webhookSecondsMax = 10
}
