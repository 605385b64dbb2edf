// Campaigns: what was planned, decided and sent in each version, and what drops on which day.

import GRDB
import JSONBytes
package import Projection
import Relationship

/// The tables `campaign`, `cell`, `cell_refusal` and `drop_calendar`. The key is the campaign; contacts that are planned
/// without one have the empty key.
package struct MarketingCampaigns: Projector {
  package static let name = MarketingModel.name
  package static let version = MarketingModel.version
  private static let kinds: Set<EventKind> = [
    .campaignPlanned, .contactPlanned, .contactDecided, .contactSent,
  ]
  package static let eventTypes: Set<String>? = kinds.names

  package init() {}

  package func key(of event: DecodedEvent) -> String? {
    switch event.kind {
    case .campaignPlanned?, .contactDecided?, .contactSent?: event.fields.text("campaignId")
    case .contactPlanned?: event.fields.word("campaignId")
    default: nil
    }
  }

  package func fresh(_ key: String) -> MarketingCampaignState { MarketingCampaignState(key) }

  package func load(
    _ key: String, for events: [DecodedEvent], from tables: Tables
  ) throws -> MarketingCampaignState {
    try MarketingCampaignState(key, for: events, from: tables)
  }

  package func fold(_ event: DecodedEvent, into state: inout MarketingCampaignState) -> String? {
    state.take(event)
    return nil
  }

  package func store(_ state: MarketingCampaignState, of key: String, in tables: Tables) throws {
    try state.store(in: tables)
  }
}

/// One campaign, as far as events touch it.
package struct MarketingCampaignState: Sendable {
  private let campaign: String
  private var plan = KeyedRows<CampaignRow>()
  private var cells = KeyedRows<CellRow>()
  private var refusals = KeyedRows<CellRefusalRow>()
  private var drops = KeyedRows<DropRow>()

  init(_ campaign: String) { self.campaign = campaign }

  /// Loads the cells and days that the events name; where the campaign is planned again, all that its plan named.
  init(_ campaign: String, for events: [DecodedEvent], from tables: Tables) throws {
    self.init(campaign)
    let isPlanned = events.contains { $0.kind == .campaignPlanned }
    let names = SQLList.of(Set(events.map { $0.fields.key("cell") }))
    let rules = SQLList.of(Set(events.map { $0.fields.key("rule") }))
    let days = SQLList.of(
      Set(events.compactMap { $0.fields.instant("dropAt").map(DropRow.day) }))
    try plan.load(where: "campaign_id = ?", [campaign], from: tables)
    let list = "IN (SELECT value FROM json_each(?))"
    if isPlanned {
      try cells.load(where: "campaign_id = ?", [campaign], from: tables)
    } else {
      try cells.load(where: "campaign_id = ? AND cell \(list)", [campaign, names], from: tables)
    }
    try refusals.load(
      where: "campaign_id = ? AND cell \(list) AND rule \(list)", [campaign, names, rules],
      from: tables)
    try drops.load(
      where: "campaign_id = ? AND (day \(list) OR what = 'plan' AND ?)",
      [campaign, days, isPlanned], from: tables)
  }

  mutating func take(_ event: DecodedEvent) {
    let fields = event.fields
    let cell = fields.key("cell")
    switch event.kind {
    case .campaignPlanned?: takePlan(event)
    case .contactPlanned?:
      if !campaign.isEmpty { change(cell, by: event) { $0.planned += 1 } }
      guard let dropAt = fields.instant("dropAt") else { return }
      let row = DropRow(
        campaign, .contacts, cell, department: fields.key("department"),
        channel: fields.key("channel"), dropAt)
      drops.change(row.id, or: row) { row in
        row.span.add(dropAt)
        row.contacts += 1
        row.customers.add(event.subject)
      }
    case .contactDecided?:
      let verdict = fields.word("verdict")
      change(cell, by: event) { row in
        switch verdict {
        case "allow": row.allowed += 1
        case "defer": row.deferred += 1
        case "deny": row.denied += 1
        default: break
        }
      }
      guard verdict == "defer" || verdict == "deny" else { return }
      let row = CellRefusalRow(campaign, cell, verdict: verdict, rule: fields.key("rule"))
      refusals.change(row.id, or: row) { row in
        row.decisions += 1
        row.customers.add(event.subject)
      }
    case .contactSent?:
      change(cell, by: event) { row in
        row.sent += 1
        row.span.add(event.time)
      }
    default: break
    }
  }

  private mutating func change(
    _ cell: ByteText, by event: DecodedEvent, _ body: (inout CellRow) -> Void
  ) {
    cells.change(cell, or: CellRow(campaign, cell)) { row in
      row.customers.add(event.subject)
      body(&row)
    }
  }

  /// The latest plan by time counts; what only an earlier one named is gone.
  private mutating func takePlan(_ event: DecodedEvent) {
    let row = CampaignRow(campaign, event, plans: (plan[ByteText(campaign)]?.plans ?? 0) + 1)
    if let old = plan[row.id], row.mark < old.mark {
      plan.change(row.id, or: old) { $0.plans += 1 }
      return
    }
    plan.put(row)
    for var old in cells.sorted where old.plan != nil {
      old.plan = nil
      if old.isEmpty { cells.remove(old.id) } else { cells.put(old) }
    }
    for old in drops.sorted where old.id.what == .plan { drops.remove(old.id) }
    for planned in event.fields.objects("cells") {
      let cell = planned.key("cell")
      let dropAt = planned.instant("dropAt")
      cells.change(cell, or: CellRow(campaign, cell)) { row in
        row.plan = CellRow.Plan(
          contentVersion: planned.bytes("contentVersion"), channel: planned.bytes("channel"),
          dropAt: dropAt)
      }
      guard let dropAt else { continue }
      let row = DropRow(
        campaign, .plan, cell, department: ByteText(""), channel: planned.key("channel"), dropAt)
      drops.change(row.id, or: row) { $0.span.add(dropAt) }
    }
  }

  func store(in tables: Tables) throws {
    try plan.store(in: tables)
    try cells.store(in: tables)
    try refusals.store(in: tables)
    try drops.store(in: tables)
  }
}
