// Reads a permission policy from JSON. A policy is whole or it is none: nothing is filled in, nothing passed over.

package import JSONBytes

/// Why a policy cannot be used.
package struct PolicyFault: Error, Hashable, Sendable {
  /// JSON Pointer to the place.
  package var pointer: String
  /// What is wrong and how to mend it.
  package var sentence: String

  /// Joins the parts.
  package init(
    pointer: String, sentence: String
  ) {
    self.pointer = pointer
    self.sentence = sentence
  }
}

extension PermissionPolicy {
  /// Reads the `policy` of a `policy.published` with `part: permission`.
  ///
  /// Throws where a member is missing, not known, or not understood; mend it and publish again.
  package init(_ view: JSONView) throws(PolicyFault) {
    let top = try PolicyFields(
      view, at: "",
      known: [
        "policyVersion", "regimeByCountry", "defaultRegime", "basis", "softOptIn", "similarTopics",
        "lists", "relationshipOverride", "minorAge", "quietHours", "zonesByCountry", "companyCap",
        "complaintHold", "relationshipWindow", "coolOff", "stopScope", "tokenLifetime",
        "channelOrder",
      ])
    version = try top.text("policyVersion")
    defaultRegime = try top.text("defaultRegime")
    var countries: [String: String] = [:]
    for (country, field) in try top.group("regimeByCountry").fields {
      countries[country] = try field.text()
    }
    regimeByCountry = countries
    regimes = try Self.regimes(top)
    for name in [defaultRegime] + countries.values.sorted() where regimes[name] == nil {
      throw top.fault("basis", "there is no `basis` for the regime \(name); write one")
    }
    var pairs: [[String]] = []
    for field in try top.list("similarTopics") {
      let pair = try field.texts()
      guard pair.count == 2 else { throw field.fault("similar topics are written as pairs") }
      pairs.append(pair)
    }
    similarTopics = pairs
    let overrides = try top.group("relationshipOverride", known: ["order", "inquiry"])
    orderOverride = try overrides.period("order")
    inquiryOverride = try overrides.period("inquiry")
    let quiet = try top.group("quietHours", known: ["from", "to", "requestedWithin"])
    let (from, to) = (try quiet.minutes("from"), try quiet.minutes("to"))
    guard from < to else {
      throw quiet.fault(
        "from", "`from` is earlier than `to`: between them calls are allowed, on the same day")
    }
    quietHours = LocalHours(from: from, to: to)
    requestedWithin = try quiet.period("requestedWithin")
    var zones: [String: [String]] = [:]
    for (country, field) in try top.group("zonesByCountry").fields {
      zones[country] = try field.texts()
    }
    zonesByCountry = zones
    let cap = try top.group("companyCap", known: ["count", "period"])
    companyCap = Cap(
      count: try cap.count("count", in: 1...1_000), period: try cap.lastingPeriod("period"))
    complaintHold = try top.flag("complaintHold")
    relationshipWindow = try top.lastingPeriod("relationshipWindow")
    coolOff = try top.period("coolOff")
    let stop = try top.group("stopScope", known: ["purpose", "topic"])
    stopPurpose = try stop.text("purpose")
    stopTopic = try stop.text("topic")
    tokenLifetime = try top.period("tokenLifetime")
    channelOrder = try top.field("channelOrder").channels()
    json = view.value
  }

  private static func regimes(_ top: PolicyFields) throws(PolicyFault) -> [String: Regime] {
    let ages = try top.group("minorAge")
    let soft = try top.group("softOptIn")
    let lists = try top.group("lists")
    var regimes: [String: Regime] = [:]
    for (name, field) in try top.group("basis").fields {
      let channels = try PolicyFields(field.view, at: field.pointer, known: nil)
      var basis: [ChannelBasis] = []
      for (channel, needs) in channels.fields {
        try needs.checkChannel(channel)
        basis.append(
          ChannelBasis(channel: PathScope(channel), needs: try needs.code(Basis.self)))
      }
      var statutory: [StatutoryList] = []
      for field in lists.has(name) ? try lists.list(name) : [] {
        statutory.append(try Self.list(field))
      }
      regimes[name] = Regime(
        basis: basis, softOptIn: try soft.field(name).channels().map { PathScope($0) },
        lists: statutory, minorAge: try ages.count(name, in: 0...25))
    }
    for group in [ages, soft, lists] {
      for (name, field) in group.fields where regimes[name] == nil {
        throw field.fault("there is no regime \(name) under `basis`; add it there, or remove it")
      }
    }
    return regimes
  }

  private static func list(_ field: PolicyField) throws(PolicyFault) -> StatutoryList {
    let fields = try PolicyFields(
      field.view, at: field.pointer, known: ["list", "channel", "maxAge", "overriddenBy"])
    let channel = try fields.text("channel")
    try fields.field("channel").checkChannel(channel)
    var overrides: [Override] = []
    for field in try fields.list("overriddenBy") { overrides.append(try field.code(Override.self)) }
    return StatutoryList(
      list: try fields.text("list"), channel: PathScope(channel),
      maxAge: try fields.period("maxAge"), overriddenBy: overrides)
  }
}
