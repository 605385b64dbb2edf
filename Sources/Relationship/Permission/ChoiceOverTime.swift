// Choices and pauses with what became of them: for tables.

package import JSONBytes

/// A choice of the customer's, or a pause, and the event that took its place or ended it.
package struct ChoiceOverTime: Sendable {
  package enum Content: Sendable {
    case channels([PathScope], isOnly: Bool)
    case window(Cadence.Window)
    case cap(PermissionPolicy.Cap)
    case pause(until: Timestamp)
  }

  package var stamp: EventStamp
  package var purpose: PathScope
  package var topic: PathScope
  /// Of a choice of channels, everything.
  package var channel: PathScope
  package var content: Content
  /// The first later choice of exactly the same scope.
  package var replacedBy: EventStamp?
  /// When a pause was ended early.
  package var ended: Timestamp?
}

extension CustomerPermission {
  /// Her choices of channels, windows and caps, and pauses, by whomever, each in the order in which it counts. Costs a
  /// search among the later ones for each.
  package func choicesOverTime() -> [ChoiceOverTime] {
    var found: [ChoiceOverTime] = []
    for (index, choice) in facts.choices.enumerated() {
      found.append(
        ChoiceOverTime(
          stamp: choice.stamp, purpose: choice.purpose, topic: choice.topic, channel: .everything,
          content: .channels(choice.channels, isOnly: choice.isOnly),
          replacedBy: facts.choices[(index + 1)...].first {
            $0.purpose == choice.purpose && $0.topic == choice.topic
          }?.stamp))
    }
    for (index, cadence) in facts.cadences.enumerated() {
      let later = facts.cadences[(index + 1)...].filter { $0.scope == cadence.scope }
      if let window = cadence.window {
        let next = later.first { $0.window != nil }?.stamp
        found.append(ChoiceOverTime(cadence.stamp, cadence.scope, .window(window), next))
      }
      if let cap = cadence.cap {
        let next = later.first { $0.cap != nil }?.stamp
        found.append(ChoiceOverTime(cadence.stamp, cadence.scope, .cap(cap), next))
      }
    }
    for (index, pause) in pauses.enumerated() {
      let next = pauses[(index + 1)...].first {
        $0.stamp.author == .customer && !$0.stamp.isImport && $0.scope == pause.scope
      }
      var line = ChoiceOverTime(
        pause.stamp, pause.scope, .pause(until: pause.until), next?.stamp)
      line.ended = pauseEnds[index]
      found.append(line)
    }
    return found
  }
}

extension ChoiceOverTime {
  fileprivate init(
    _ stamp: EventStamp, _ scope: StatementScope, _ content: Content, _ replacedBy: EventStamp?
  ) {
    self.stamp = stamp
    purpose = scope.purpose
    topic = scope.topic
    channel = scope.channel
    self.content = content
    self.replacedBy = replacedBy
  }
}
