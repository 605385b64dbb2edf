import Testing

/// A place that breaks a rule of the house, in the form that editors jump to.
struct Finding: Hashable, CustomStringConvertible {
  var path: String
  /// From 1.
  var line: Int
  /// What is wrong; and the better way.
  var message: String

  var description: String { "\(path):\(line): error: \(message)" }
}

/// Fails the test once for each finding, in order of the files.
func report(_ findings: [Finding]) {
  let ordered = findings.sorted { ($0.path, $0.line, $0.message) < ($1.path, $1.line, $1.message) }
  for finding in ordered { Issue.record(Comment(rawValue: finding.description)) }
}
