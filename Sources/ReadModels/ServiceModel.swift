// The read model of service: what went wrong, what we owe, and how much it costs a customer to be heard.

package import Projection

/// The read model `service`.
///
///     complaint         what went wrong, since when, what the customer wants
///     effort            contacts a customer needed until it was solved
///     effort_contact    the contacts that effort is counted from
///     effort_score      how easy customers say it was
///     open_promise      what we owe
///     kept_promise      what we owed and gave
///     dialogue          how much we listen and how much we talk, a row a customer and campaign
///     asked_twice       questions that should not have been asked
///     asking            every question we asked
///     loose_answer      answers whose question is not here yet
///     campaign_contact  contacts that are part of a campaign
///
/// The key of every part is the customer.
package enum ServiceModel: DepartmentModel {
  package static let name = "service"
  package static let version = 1

  package static let parts: [any Projector.Type] = [
    ServiceComplaints.self, ServicePromises.self, ServiceDialogue.self,
  ]

  package static let reads: [String: [String]] = [
    "complaint.opened": [
      "complaintId", "channel", "topic", "severity", "orderId", "product", "issue", "company",
      "wantedRemedy",
    ],
    "complaint.resolved": ["complaintId", "remedy", "customerAgrees"],
    "inquiry.received": ["channel", "topic"],
    "conversation.held": ["channel", "learnedEventIds"],
    "feedback.given": ["instrument", "score", "scaleMax", "occasionEventId"],
    "credit.granted": ["promiseId", "amount", "reason", "redeemWhere", "validUntil"],
    "credit.redeemed": ["promiseId", "amount", "storeId"],
    "question.asked": ["questionId", "topic", "channel", "sensitivity"],
    "question.answered": ["questionEventId", "reviewBy"],
    "question.declined": ["questionEventId", "askAgainAt"],
    "contact.sent": ["campaignId"],
  ]
}
