import JSONBytes
import Relationship
import Testing

@Suite struct ComplaintTests {
  private enum Step {
    case opened(on: Int)
    case resolved(on: Int, agrees: Bool?)
  }

  private func complaint(_ steps: Step...) -> Complaint { complaint(steps) }

  private func complaint(_ steps: [Step]) -> Complaint {
    var complaint = Complaint("x1")
    for step in steps {
      switch step {
      case .opened(let number):
        complaint.opened(
          Complaint.Opening(event("e\(number)", on: number), channel: "email", topic: "shoes"))
      case .resolved(let number, let agrees):
        complaint.resolved(
          Complaint.Resolution(moment(number), remedy: "refund", customerAgrees: agrees))
      }
    }
    return complaint
  }

  @Test func anOpenedComplaintIsOpen() { #expect(complaint(.opened(on: 1)).state == .open) }

  @Test func aResolutionClosesIt() {
    #expect(complaint(.opened(on: 1), .resolved(on: 2, agrees: true)).state == .resolved)
  }

  @Test func aResolutionNobodyAskedHerAboutClosesIt() {
    #expect(complaint(.opened(on: 1), .resolved(on: 2, agrees: nil)).state == .resolved)
  }

  @Test func itStaysOpenWhileTheCustomerDisagrees() {
    let complaint = complaint(.opened(on: 1), .resolved(on: 2, agrees: false))
    #expect(complaint.state == .disputed)
    #expect(complaint.isOpen)
  }

  @Test func aSecondResolutionSettlesTheDispute() {
    let complaint = complaint(
      .opened(on: 1), .resolved(on: 2, agrees: false), .resolved(on: 3, agrees: true))
    #expect(complaint.state == .resolved)
  }

  @Test func openingItAgainOpensItAgain() {
    let complaint = complaint(.opened(on: 1), .resolved(on: 2, agrees: true), .opened(on: 3))
    #expect(complaint.state == .open)
    #expect(complaint.opening?.mark.id == "e1", "since when: the first time")
  }

  @Test func aResolutionWithoutAComplaintIsNotOpen() {
    #expect(complaint(.resolved(on: 2, agrees: false)).state == .unknown)
    #expect(!complaint(.resolved(on: 2, agrees: false)).isOpen)
  }

  @Test func theOrderOfArrivalChangesNothing() {
    let steps: [Step] = [
      .opened(on: 1), .resolved(on: 2, agrees: true), .opened(on: 3), .resolved(on: 4, agrees: nil),
    ]
    for order in permutations(steps) { #expect(complaint(order) == complaint(steps)) }
  }
}
