// Counting the contacts about a complaint without looking at each of them.

import JSONBytes
import Relationship

/// Contacts of one customer by what they are about, in the order of time: see ``EffortContactRow``.
struct EffortContactIndex {
  /// Those that are no complaint.
  private var all: [Moment] = []
  /// Of those, the ones that name no topic.
  private var unnamed: [Moment] = []
  /// By the topic they name.
  private var named: [String: [Moment]] = [:]
  /// By each topic above the one they name.
  private var below: [String: [Moment]] = [:]
  /// Complaints, by their number.
  private var complaints: [ByteText: [Moment]] = [:]

  /// `contacts` are in the order of time.
  init(_ contacts: some Sequence<EffortContactRow>) {
    for contact in contacts {
      if contact.kind == .complaint {
        if let id = contact.complaint { complaints[id, default: []].append(contact.id) }
        continue
      }
      all.append(contact.id)
      guard let topic = contact.topic?.text else {
        unnamed.append(contact.id)
        continue
      }
      named[topic, default: []].append(contact.id)
      for above in TopicPath.ancestors(of: topic) { below[above, default: []].append(contact.id) }
    }
  }

  /// How many contacts the customer made about a complaint, from its opening to its settlement. Costs a search in a list
  /// for each part of its topic.
  func count(about row: ComplaintRow) -> Int64 {
    guard let opening = row.complaint.opening else { return 0 }
    let end = row.complaint.state == .resolved ? row.complaint.resolution?.moment : nil
    var lists = [complaints[row.id]]
    if opening.topic.isEmpty || opening.topic == "*" {
      lists.append(all)
    } else {
      lists += [unnamed, named[opening.topic], below[opening.topic], named["*"]]
      lists += TopicPath.ancestors(of: opening.topic).map { named[$0] }
    }
    return lists.reduce(0) { count, list in
      guard let list else { return count }
      let first = list.insertionIndex { $0 < opening.mark.moment }
      let last = end.map { end in list.insertionIndex { $0 <= end } } ?? list.endIndex
      return count + Int64(max(last - first, 0))
    }
  }
}
