// The read model of marketing: what was planned and sent, what came of it, and what customers asked for.

package import Projection

/// The read model `marketing`.
///
///     campaign          what a campaign is for, a row a campaign
///     cell              planned, decided and sent, a row a version of a campaign
///     cell_refusal      the rules that said later or no
///     drop_calendar     what drops on which day
///     response          what became of each contact, and what it cost the customer
///     loose_outcome     outcomes whose contact is not here yet
///     asked_for         topics that customers asked for
///     loose_retraction  retractions whose statement is not here yet
///
/// `campaign`, `cell`, `cell_refusal` and `drop_calendar` hold no customer: `customers` says how many are behind a row
/// at least. In `response` and `asked_for` a customer is a pseudonym, without contact point or any words.
package enum MarketingModel: DepartmentModel {
  package static let name = "marketing"
  package static let version = 1

  package static let parts: [any Projector.Type] = [
    MarketingCampaigns.self, MarketingResponses.self, MarketingAskedFor.self,
  ]

  package static let reads: [String: [String]] = [
    "campaign.planned": [
      "campaignId", "goalId", "purpose", "topic", "experimentId", "cells.cell",
      "cells.contentVersion", "cells.channel", "cells.dropAt",
    ],
    "contact.planned": ["campaignId", "cell", "department", "channel", "dropAt"],
    "contact.decided": ["campaignId", "cell", "verdict", "rule"],
    "contact.sent": ["campaignId", "cell", "topic", "channel", "class", "messageId"],
    "contact.delivered": ["sendEventId", "messageId"],
    "contact.bounced": ["sendEventId", "messageId", "bounce"],
    "contact.responded": ["sendEventId", "messageId", "response"],
    "contact.complained": ["sendEventId", "messageId"],
    "optout.recorded": ["sendEventId"],
    "interest.stated": ["topic", "validUntil"],
    "preference.stated": ["topic", "standing", "strength", "validUntil"],
    "preference.retracted": ["preferenceEventId"],
  ]
}
