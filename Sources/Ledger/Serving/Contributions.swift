// What a department contributes, as the plan in force says.

import JSONBytes

extension PublishedPlan {
  /// The event types that a department brings, by the plan that was published last; none for one that it does not name.
  package func contributions(of department: String) -> Set<String> {
    guard case .array(let departments)? = version?.content["departments"] else { return [] }
    let found = departments.first { $0["department"]?.string == department }
    guard case .array(let types)? = found?["contributes"] else { return [] }
    return Set(types.compactMap(\.string))
  }
}
