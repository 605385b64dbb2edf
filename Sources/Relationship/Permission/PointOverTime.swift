// Contact points with what became of them: for tables, and for whoever asks by an address.

package import JSONBytes

/// A contact point as it was added, and how its address stands.
package struct PointOverTime: Sendable {
  package var point: PointAdded
  /// The last word that somebody answered from there.
  package var verified: EventStamp?
  /// The last word that it does not reach her, where nothing made that good since.
  package var invalidated: EventStamp?
  /// Lists that the number is on, with the match.
  package var listings: [Listing]
}

extension CustomerPermission {
  /// Her contact points, each as often as it was added, in the order in which that counts. Costs a search among what
  /// was said of contact points for each.
  package func pointsOverTime() -> [PointOverTime] {
    // Each address once, however many contact points stand for it.
    let standings = book.addresses.indices.map { address in
      (
        verified: book.addresses[address].verifications.last?.stamp,
        invalidated: book.invalidation(of: address, at: .last), listings: listings(of: address)
      )
    }
    return book.points.indices.map { index in
      let standing = standings[book.addressOfPoint[index]]
      return PointOverTime(
        point: book.points[index], verified: standing.verified, invalidated: standing.invalidated,
        listings: standing.listings)
    }
  }

  /// The match of each list that the number is on.
  private func listings(of address: Int) -> [Listing] {
    var last: [String: Listing] = [:]
    for listing in book.addresses[address].listings {
      last[listing.list] = listing
    }
    return last.values.filter(\.isMatch).sorted { $0.stamp < $1.stamp }
  }

  /// The contact points that a message by this channel can go to at an instant, one for each address, that of the
  /// address added last first. Costs a look at each address.
  package func contactPoints(on channel: AskedPath, at instant: Timestamp) -> [PointAdded] {
    var found: [PointAdded] = []
    for address in book.addresses.indices {
      // Most addresses serve other channels: then nothing is copied.
      let serves = book.addresses[address].adds.contains { index in
        book.points[index].channels.contains { $0.covers(channel) }
      }
      guard serves else { continue }
      let added = book.adds(of: address, at: instant).last { point in
        // An id that was added again with another value stands for that one.
        point.channels.contains { $0.covers(channel) }
          && book.addresses(ofPoint: point.id, at: instant).contains(address)
      }
      if let added { found.append(added) }
    }
    if found.count > 1 { found.sort { $1.stamp < $0.stamp } }
    return found
  }

  /// Whether a contact point is hers, whatever its channels.
  package func hasContactPoint(_ id: String) -> Bool { !book.allAddresses(ofPoint: id).isEmpty }
}
