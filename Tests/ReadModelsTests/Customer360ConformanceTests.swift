import RapportTesting
import ReadModels
import Testing

/// Types that touch the same rows: in a history of few types they meet often.
let areas: [[String]] = [
  [
    "preference.stated", "preference.retracted", "preference.applied", "booking.created",
    "order.completed",
  ],
  [
    "question.asked", "question.answered", "question.declined", "inference.made",
    "inference.rejected",
  ],
  [
    "credit.granted", "credit.redeemed", "complaint.opened", "complaint.resolved",
    "benefit.granted", "benefit.used",
  ],
  [
    "identifier.linked", "identifier.unlinked", "contactpoint.added", "contactpoint.verified",
    "contactpoint.invalidated", "suggestion.made", "suggestion.adopted",
  ],
  [
    "contact.paused", "contact.resumed", "restriction.applied", "restriction.lifted",
    "optout.recorded", "consent.withdrawn", "data.erased", "channel.chosen", "cadence.chosen",
  ],
  [
    "relationship.invited", "relationship.accepted", "relationship.declined",
    "relationship.declared", "relationship.reviewed", "profile.merged", "profile.unmerged",
  ],
  ["order.completed", "order.refunded", "order.cancelled", "item.reacted", "customer.registered"],
]

@Suite struct Customer360ConformanceTests {
  @Test(arguments: [0, 1, 2, 3] as [UInt64])
  func liveAndBulkGiveTheSameRowsForEveryType(seed: UInt64) throws {
    try expectProjectorConformance(
      Customer360.self, seeds: seed..<seed + 1, events: 250, comparisons: 5)
  }

  @Test(arguments: areas)
  func liveAndBulkGiveTheSameRowsWhereEventsMeet(types: [String]) throws {
    try expectProjectorConformance(
      Customer360.self, seeds: 0..<2, events: 60, types: types, comparisons: 12)
  }
}
