// How statements come to an address: she herself put it in place of an older one, and took with her what was said
// there.

import JSONBytes

/// The older addresses whose statements hold for one address at an instant.
struct AddressReach {
  /// A yes comes along only step after step: each address was left after she had come to it. Of an address the latest
  /// moment at which a yes may have been given there, and the `contactpoint.added` by which it came here.
  private(set) var permits: [Int: (left: Timestamp, via: EventStamp)] = [:]
  /// A no comes along by any step.
  private(set) var forbids: Set<Int> = []
}

extension AddressBook {
  /// Nil where she put the address in place of none by then. Costs a look at each step that leads here.
  func reach(of address: Int, at instant: Timestamp) -> AddressReach? {
    guard address >= 0, !addresses[address].arrivals.isEmpty else { return nil }
    let reach = AddressReach(to: address, at: instant, steps, arrivals: { addresses[$0].arrivals })
    return reach.forbids.isEmpty ? nil : reach
  }
}

extension AddressReach {
  fileprivate init(
    to address: Int, at instant: Timestamp, _ steps: [AddressBook.Step],
    arrivals: (Int) -> [Int]
  ) {
    // Everything that leads here, by whatever way.
    var used: [Int] = []
    var open = [address]
    var seen: Set = [address]
    while let next = open.popLast() {
      for index in arrivals(next) where steps[index].stamp.time <= instant {
        used.append(index)
        if seen.insert(steps[index].from).inserted { open.append(steps[index].from) }
      }
    }
    forbids = seen.subtracting([address])
    // Steps with the latest first: where she left an address last is then settled before it is asked for.
    used.sort { steps[$1].stamp < steps[$0].stamp }
    for index in used {
      var improved = [index]
      while let index = improved.popLast() {
        let step = steps[index]
        guard step.from != address else { continue }
        let onward = step.to == address ? (instant, step.stamp) : permits[step.to]
        guard let (left, via) = onward, step.stamp.time <= left,
          permits[step.from].map({ $0.left < step.stamp.time }) ?? true
        else { continue }
        permits[step.from] = (step.stamp.time, via)
        // Steps of the same moment follow each other in any order.
        improved += arrivals(step.from).filter { steps[$0].stamp.time == step.stamp.time }
      }
    }
  }
}
