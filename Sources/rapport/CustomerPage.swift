// The page of one customer, for a terminal: most urgent first, nothing empty, every value with its origin.

import JSONBytes
import Ledger
import ReadModels
import Relationship

struct CustomerPage {
  private let view: CustomerView
  private let asOf: Timestamp?

  init(_ view: CustomerView, asOf: Timestamp?) {
    self.view = view
    self.asOf = asOf
  }

  func show() {
    showWho()
    showContact()
    showPromises()
    showComplaints()
    showWishes()
    section("They said", view.stated.map(line), hint: "nothing yet: ask")
    section("We saw", view.observed.map(line))
    section("We guess", view.inferred.map(line))
    showQuestions()
    section("Given by us", view.benefits.map(line))
    section("Relationship", view.relationships.map(line))
    section("Last touches", view.touches.map(line))
  }

  // MARK: Parts

  private func showWho() {
    let who = view.who
    var title = Terminal.printable(view.id)
    if let name = who.profile.first(where: { $0.topic == "name" })?.text {
      title = "\(Terminal.printable(name))  (\(title))"
    }
    Terminal.out(Terminal.styled(title, .bold))
    var words: [String] = []
    if who.isAnonymous { words.append("anonymous") } else { words.append(who.kind ?? "customer") }
    if let language = profile("language") { words.append("speaks \(language)") }
    if let country = profile("country") { words.append("in \(country)") }
    words.append("seen \(Times.day(who.firstSeen)) to \(Times.day(who.lastSeen))")
    words.append(Numbers.counted(who.events, "event", "events"))
    Terminal.out(words.joined(separator: ", "))
    if view.lacking > 0 {
      let events = Numbers.counted(view.lacking, "event", "events")
      Terminal.out(
        Terminal.styled("Incomplete", .yellow)
          + ": \(events) could not be taken in; rapport views says why. Once the cause is mended: "
          + Customer360.repairCommand)
    }
    if let asOf { Terminal.out(Terminal.styled("as of \(Times.minute(asOf)) UTC", .faint)) }
    for link in who.sameAs {
      Terminal.out(
        "Also known as \(Terminal.printable(link.subject)) (\(link.assurance))\(because(link.source))"
      )
    }
    if who.orders > 0 || !who.spending.isEmpty {
      let sums = who.spending.map { spent in
        var text = spent.net.text
        if spent.refunded.micros != 0 || spent.cancelled.micros != 0 {
          text += " after \(spent.gross.text) bought"
          if spent.refunded.micros != 0 { text += ", \(spent.refunded.text) refunded" }
          if spent.cancelled.micros != 0 { text += ", \(spent.cancelled.text) cancelled" }
        }
        return text
      }
      Terminal.out(
        "\(Numbers.counted(who.orders, "order", "orders")): \(sums.joined(separator: "; "))")
    }
    section("Reach", who.contactPoints.map(line))
  }

  private func profile(_ topic: String) -> String? {
    view.who.profile.first { $0.topic == topic }?.text.map(Terminal.printable)
  }

  private func showContact() {
    let contact = view.contact
    var lines: [String] = []
    if let erased = contact.erased { lines.append("Erased\(because(erased))") }
    if let death = contact.deceased { lines.append("Has died\(because(death.source))") }
    if let stopped = contact.stopped {
      lines.append(Terminal.styled("Said no to everything", .red) + because(stopped))
    }
    if let until = contact.pausedUntil {
      lines.append(
        Terminal.styled("Paused until \(Times.minute(until))", .yellow)
          + (contact.paused.map(because) ?? ""))
    }
    if let restricted = contact.restricted {
      lines.append("Keep, do not use\(because(restricted.source))")
    }
    section("Contact", lines + contact.choices.map(line))
  }

  private func showPromises() {
    section(
      "We owe",
      view.openPromises.map { promise in
        var text = Terminal.styled(promise.owed?.text ?? "a promise", .bold)
        if let reason = promise.reason { text += ": \(Terminal.printable(reason))" }
        if let until = promise.validUntil { text += ", until \(Times.day(until))" }
        if !promise.conflicts.isEmpty { text += ", asked for again" }
        return text + (promise.promised.map { ", since \(Times.day($0.time))" + place($0) } ?? "")
      })
    let kept = view.promises.filter { $0.state == .redeemed }
    section(
      "Kept",
      kept.map { promise in
        "\(promise.owed?.text ?? "a promise")" + (promise.redeemed.map(because) ?? "")
      })
  }

  private func showComplaints() {
    section(
      "Open complaints",
      view.openComplaints.map { complaint in
        var words = [complaint.issue, complaint.product, complaint.topic]
          .compactMap { $0 }.map(Terminal.printable)
        if let severity = complaint.severity { words.append("\(severity) severity") }
        if complaint.state == .disputed {
          words.append("resolved as we see it, the customer disagrees")
        }
        if let wanted = complaint.wantedRemedy {
          words.append("wants: \(Terminal.printable(wanted))")
        }
        return words.joined(separator: ", ") + (complaint.opened.map(because) ?? "")
      })
  }

  private func showWishes() {
    section(
      "Wishes to honour",
      view.wishes.map { wish in
        var text = line(wish.value)
        if !wish.bookings.isEmpty {
          text += "; at booking \(wish.bookings.map(Terminal.printable).joined(separator: ", "))"
        }
        if let honoured = wish.honoured { text += "; honoured last on \(Times.day(honoured))" }
        if wish.missed > 0 { text += "; missed \(Numbers.counted(wish.missed, "time", "times"))" }
        return text
      })
    section(
      "Coming",
      view.bookings.map { booking in
        "\(Terminal.printable(booking.topic ?? "booking")) on \(Times.minute(booking.startsAt)), number "
          + "\(Terminal.printable(booking.reference))\(place(booking.source))"
      })
  }

  private func showQuestions() {
    section(
      "Questions",
      view.questions.map { question in
        var text = "\(Terminal.printable(question.topic)): \(question.state)"
        if let answer = question.answer { text += ", \(Terminal.printable(answer))" }
        if let again = question.askAgain { text += "; ask again from \(Times.day(again))" }
        return text + place(question.asked)
      })
  }

  // MARK: Lines

  private func line(_ value: CustomerView.Value) -> String {
    var words: [String] = []
    if !value.topic.isEmpty { words.append(Terminal.printable(value.topic)) }
    if let about = value.about { words.append(Terminal.printable(about)) }
    var text =
      "\(Self.kinds[value.kind.rawValue] ?? value.kind.rawValue) \(words.joined(separator: " "))"
    if let content = value.text { text += ": \(Terminal.printable(content))" }
    if let detail = value.detail { text += " (\(Terminal.printable(detail)))" }
    if value.standing == true { text += ", every time" }
    if let strength = value.strength { text += ", \(strength)" }
    if let until = value.validUntil { text += ", until \(Times.day(until))" }
    if let outranking = value.outrankedBy { text += ", outranked by \(outranking)" }
    return text + because(value.source, origin: value.origin.rawValue)
  }

  /// Kinds whose own name does not read well.
  private static let kinds = [
    "contactPoint": "", "inference": "guess", "privacySignal": "privacy signal", "owns": "has",
    "profile": "",
  ]

  private func line(_ benefit: CustomerView.BenefitItem) -> String {
    var text = Terminal.printable(benefit.name)
    if let tier = benefit.tier { text += ", \(Terminal.printable(tier))" }
    if let until = benefit.validUntil { text += ", until \(Times.day(until))" }
    text +=
      benefit.used == 0 ? ", not used" : ", used \(Numbers.counted(benefit.used, "time", "times"))"
    return text + because(benefit.granted)
  }

  private func line(_ relationship: CustomerView.RelationshipItem) -> String {
    var text = "\(relationship.step.rawValue) on \(Terminal.printable(relationship.topic))"
    if let type = relationship.type { text += ": \(Terminal.printable(type))" }
    if let outcome = relationship.outcome { text += ", \(outcome)" }
    return text + because(relationship.source)
  }

  private func line(_ touch: CustomerView.Touch) -> String {
    "\(Times.minute(touch.source.time))  \(Terminal.printable(touch.line))"
      + (touch.channel.map { ", \(Terminal.printable($0))" } ?? "") + place(touch.source)
  }

  // MARK: Words

  private func because(_ source: CustomerView.Source, origin: String) -> String {
    PageParts.because(source, origin: origin)
  }

  private func because(_ source: CustomerView.Source) -> String { PageParts.because(source) }

  private func place(_ source: CustomerView.Source) -> String {
    Terminal.styled("  [event \(source.position)]", .faint)
  }

  private func section(_ title: String, _ lines: [String], hint: String? = nil) {
    PageParts.section(title, lines, hint: hint)
  }
}
