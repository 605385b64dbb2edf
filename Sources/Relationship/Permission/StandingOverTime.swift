// What her own statements come to, scope by scope, and how it goes on from there: for tables, which have no clock.

package import JSONBytes

/// What section 2.5 says of one scope from an instant on.
package struct StandingPart: Hashable, Sendable {
  package var scope: StatementScope
  /// Number among the parts of the scope, from 0: what comes first in time comes first.
  package var number: Int
  package var standing: ScopeStanding
  /// Of the first part, when she said something last; of the others, when the part before ended.
  package var from: Timestamp
  /// Nil: nothing that was said ends it.
  package var until: Timestamp?
}

extension CustomerPermission {
  /// What her statements come to for each scope that one of them names, from her last word on: later a permit may
  /// expire, and what it lifted stands again.
  ///
  /// Of the policy nothing is asked: neither when a purpose was registered nor how old she was. Costs what a question
  /// costs for each scope and each end of a permit.
  package func standingsOverTime() -> [StandingPart] {
    let words =
      statements.map(\.effect) + facts.wishes.map(\.stamp.time) + facts.points.map(\.stamp.time)
    guard let last = words.max() else { return [] }
    let ends = Set(statements.compactMap(\.end)).filter { $0 > last }.sorted()
    var parts: [StandingPart] = []
    for scope in scopesNamed() {
      var own: [StandingPart] = []
      for instant in [last] + ends {
        let standing = standing(on: scope, at: instant)
        if own.last?.standing == standing { continue }
        if !own.isEmpty { own[own.count - 1].until = instant }
        own.append(
          StandingPart(scope: scope, number: own.count, standing: standing, from: instant))
      }
      parts += own
    }
    return parts
  }

  /// The scopes of her statements, each once, in the order of their words.
  private func scopesNamed() -> [StatementScope] {
    var scopes = facts.permits.map(\.scope)
    for forbid in facts.forbids {
      guard forbid.reachesChannelsOfPoint else {
        scopes.append(forbid.scope)
        continue
      }
      // It names the channels of its contact point, which are prepared already.
      for statement in statements where statement.stamp == forbid.stamp {
        var scope = forbid.scope
        scope.channel = statement.channel
        scopes.append(scope)
      }
    }
    let named = scopes.map { (words: $0.words, scope: $0) }
      .sorted { $0.words.lexicographicallyPrecedes($1.words) }
    return named.indices.filter { $0 == 0 || named[$0].words != named[$0 - 1].words }
      .map { named[$0].scope }
  }
}

extension StatementScope {
  /// Its words by their bytes.
  fileprivate var words: [ByteText] {
    [purpose.text, topic.text, channel.text, point.text].map(ByteText.init)
  }
}

extension PointScope {
  /// As events write it.
  package var text: String {
    switch self {
    case .any: "*"
    case .none: "none"
    case .point(let id): id
    }
  }
}
