// What her statements come to for one scope: for tables that show it, with or without stars.

package import JSONBytes

/// Section 2.5 for one purpose, topic, channel and address.
package struct ScopeStanding: Hashable, Sendable {
  package enum Result: String, Hashable, Sendable { case nothing, permitted, forbidden }

  package var result: Result
  /// The statement that decides; nil for ``Result/nothing``.
  package var winner: EventStamp?
  /// Where a permit decides: from then on it does not hold any more.
  package var until: Timestamp?

  /// Joins the parts.
  package init(result: Result, winner: EventStamp? = nil, until: Timestamp? = nil) {
    self.result = result
    self.winner = winner
    self.until = until
  }
}

extension CustomerPermission {
  /// What her statements come to for a scope at an instant. A star is covered by stars alone.
  ///
  /// Under `rules` a permit counts only for purposes that were registered before it, and not while she was under age;
  /// without them neither is asked. Costs what a question costs.
  package func standing(
    on scope: StatementScope, at instant: Timestamp, under rules: PermissionRules? = nil
  ) -> ScopeStanding {
    let age = rules.map { AgeStanding(self, under: $0.policy, at: instant) }
    let standing = Standing(
      AskedScope(
        purpose: AskedPath(scope.purpose.text), topic: AskedPath(scope.topic.text),
        channel: AskedPath(scope.channel.text)),
      registered: rules?.purposes[scope.purpose.text]?.firstRegistered ?? .first, self,
      at: instant, address: book.address(of: scope.point, at: instant), age: age)
    switch standing.result {
    case .nothing: return ScopeStanding(result: .nothing)
    case .forbidden(let index):
      return ScopeStanding(result: .forbidden, winner: statements[index].stamp)
    case .permitted(let index):
      return ScopeStanding(
        result: .permitted, winner: statements[index].stamp, until: statements[index].end)
    }
  }
}
