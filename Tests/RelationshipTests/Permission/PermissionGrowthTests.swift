// One customer with thousands of words that name each other: what an answer costs grows with them, not with their
// square.

import Glibc
import JSONBytes
import Relationship
import Testing

/// Times are of this thread's work alone, and only ever compared with another of the same run.
@Suite(.serialized) struct PermissionGrowthTests {
  /// A history that grows with its size, and a question that is hard for it.
  struct Story: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let question: String
    let lines: @Sendable (Int) -> [String]

    init(_ name: String, _ question: String = "", _ lines: @escaping @Sendable (Int) -> [String]) {
      testDescription = name
      self.question = question
      self.lines = lines
    }
  }

  /// An instant of a long history: a few minutes after the one before.
  private static func time(_ number: Int) -> String {
    let start = NotationTime.day(0).microseconds
    return Timestamp(microseconds: start + Int64(number) * 300_000_000).text
  }

  private static let scope = "purpose: marketing, topic: *, channel: email, contactPoint: a"

  static let stories = [
    Story("permits, each with a notice and a request") { size in
      (0..<size).flatMap { number in
        [
          "n\(number) \(time(number)) notice.presented {}",
          "q\(number) \(time(number)) consent.requested {\(scope), noticeEventId: n\(number), "
            + "expiresAt: d900}",
          "p\(number) \(time(number)) consent.confirmed {\(scope), requestEventId: q\(number), "
            + "method: link}",
        ]
      }
    },
    Story("noes that are lifted, and noes that are not") { size in
      (0..<size).flatMap { number in
        [
          "f\(number) \(time(2 * number)) consent.withdrawn {purpose: marketing, topic: "
            + "\(number % 2 == 0 ? "*" : "general"), channel: email, contactPoint: *}",
          "p\(number) \(time(2 * number + 1)) consent.given {\(scope), noticeEventId: N1}",
        ]
      }
    },
    Story("wishes after a lack of interest", "topic: products.shoes") { size in
      (0..<size).flatMap { number in
        [
          "f\(number) \(time(2 * number)) item.reacted {reaction: notInterested, topic: products}",
          "w\(number) \(time(2 * number + 1)) item.reacted {reaction: want, topic: products}",
        ]
      }
    },
    Story("opt-outs of others from a shared address") { size in
      (0..<size).flatMap { number in
        [
          "c\(number) \(time(number)) D\(number): contactpoint.added {contactPointId: a, channels: "
            + "[email], value: a@example.test}",
          "o\(number) \(time(number)) D\(number): optout.recorded {\(scope)}",
        ]
      }
    },
    Story("contact points of one address, each with a bounce") { size in
      (0..<size).flatMap { number in
        [
          "c\(number) \(time(number)) contactpoint.added {contactPointId: x\(number), channels: "
            + "[email], value: a@example.test}",
          "i\(number) \(time(number)) contactpoint.invalidated {contactPointId: x\(number), reason: "
            + "hardBounce}",
        ]
      }
    },
    Story("addresses that she left one after another", "contactPoint: x9") { size in
      ["e1 d0 consent.given {\(scope), noticeEventId: N1}"]
        + (0..<size).map { number in
          "c\(number) \(time(number)) contactpoint.added {contactPointId: x\(number), channels: "
            + "[email], value: x\(number)@example.test, replaces: "
            + "\(number == 0 ? "a" : "x\(number - 1)")}"
        }
    },
    Story("tokens and messages that redeem them") { size in
      ["e1 d0 consent.given {\(scope), noticeEventId: N1}"]
        + (0..<size).flatMap { number in
          [
            "t\(number) \(time(2 * number)) contact.decided {verdict: allow, decidingEventId: e1}",
            "s\(number) \(time(2 * number + 1)) contact.sent {decisionEventId: t\(number)}",
          ]
        }
    },
    // Asked about a day on which she had had enough, while all the others were still to come.
    Story("messages that are still to come", "at: d1") { size in
      ["e1 d0 consent.given {\(scope), noticeEventId: N1}"]
        + (0..<size).map { "s\($0) \(time($0)) contact.sent {}" }
    },
    Story("complaints that are settled one after another", "at: d0") { size in
      ["e1 d0 consent.given {\(scope), noticeEventId: N1}"]
        + (0..<size).flatMap { number in
          [
            "k\(number) \(time(number)) complaint.opened {complaintId: k\(number)}",
            "r\(number) \(time(2 * number + 1)) complaint.resolved {complaintId: k\(number)}",
          ]
        }
    },
    Story("pauses that are ended one after another", "at: d0") { size in
      ["e1 d0 consent.given {\(scope), noticeEventId: N1}"]
        + (0..<size).flatMap { number in
          [
            "p\(number) \(time(number)) contact.paused {purpose: *, topic: t\(number), channel: *, "
              + "until: d900}",
            "q\(number) \(time(number)) contact.paused {purpose: *, topic: *, channel: *, until: "
              + "\(time(number + 2))}",
            "r\(number) \(time(number + 1)) contact.resumed {pauseEventId: p\(number)} by customer",
          ]
        }
    },
    Story(
      "signals of devices", "purpose: sharing.advertising, channel: none"
    ) { size in
      (0..<size).map { number in
        "s\(number) \(time(number)) signal.received {kind: gpc, value: \(number % 2), deviceId: "
          + "dev\(number / 2)}"
      }
    },
    Story("merges of one after another") { size in
      (0..<size).map { number in
        "m\(number) \(time(number)) \(number == 0 ? "C" : "D\(number - 1)"): profile.merged "
          + "{canonical: \(number == 0 ? "C" : "D\(number - 1)"), absorbed: D\(number), assurance: "
          + "verified}"
      }
    },
  ]

  @Test(arguments: stories) func anAnswerGrowsWithTheWords(story: Story) throws {
    let (small, large) = (try Prepared(story, 250), try Prepared(story, 2_000))
    let one = try (0..<5).map { _ in try small.nanoseconds() }.min() ?? 1
    var factor = Double.infinity
    for _ in 0..<4 where factor >= Self.factorMax {
      factor = min(factor, Double(try large.nanoseconds()) / Double(one))
    }
    #expect(factor < Self.factorMax, "eight times the words cost \(factor) times the work")
  }

  /// Were each word to look at all others, eight times as many would cost sixty-four times the work. What is left between
  /// eight and this is for sorting, and for caches that no longer hold everything.
  private static let factorMax = 24.0

  private struct Prepared {
    let book: PermissionBook
    let question: PermissionQuestion
    let instant: Timestamp

    init(_ story: Story, _ size: Int) throws {
      let table = try PermissionTable.shipped.get()
      let steps = try story.lines(size).map { TableStep.event(try WrittenEvent($0)) }
      var book = TableLedger.book([])
      // Row by row, for a whole history looks for the notices of each event.
      for (place, step) in ((table.worlds["EU"] ?? []) + steps).enumerated() {
        let ledger = TableLedger(world: [], history: [step])
        for event in ledger.events {
          book.take(try ledger.permissionEvent(event, at: UInt64(place)))
        }
      }
      self.book = book
      let written = try NotationReader.value("{\(story.question)}")
      let purpose = written["purpose"]?.word ?? "marketing"
      let channel = written["channel"]?.word ?? "email"
      question = try PermissionQuestion(
        department: "marketing", customer: "C", purpose: purpose,
        topic: written["topic"]?.word ?? "general", channel: channel,
        contactPoint: written["contactPoint"]?.word ?? (channel == "none" ? "none" : "a"))
      instant = written["at"]?.word.flatMap(NotationTime.read) ?? NotationTime.day(100)
    }

    /// Of making the customer ready, and of one answer.
    func nanoseconds() throws -> Int64 {
      let start = Self.threadTime()
      let answer = try book.answer(question, at: instant, zones: TableZones.all)
      let time = Self.threadTime() - start
      #expect(!answer.trace.isEmpty)
      return max(time, 1)
    }

    /// How long this thread has worked, in nanoseconds.
    private static func threadTime() -> Int64 {
      var time = timespec()
      // Safe: the clock fills the value it is given.
      let result = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      precondition(result == 0, "every thread of Linux has a clock of its work")
      return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
  }
}
