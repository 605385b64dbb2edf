// Which customers have an address or an identifier.

import GRDB
import JSONBytes
package import Projection
import Relationship

extension PermissionModel {
  /// The customers who have an address, by its keyed hash, in the order of their ids. Cost: a look-up in the index of
  /// hashes.
  package static func customers(withAddress hash: String, in tables: Tables) throws -> [String] {
    var customers: [String] = []
    try tables.rows(
      "SELECT DISTINCT customer_id FROM contact_point WHERE address = ? ORDER BY customer_id",
      [hash]
    ) { customers.append($0.text()) }
    return customers
  }
}

extension Customer360 {
  /// The customers to whom an identifier belongs, in the order of their ids. Cost: a look at every fact: no index holds a
  /// value that a person is known by.
  package static func customers(
    withIdentifier value: String, in tables: Tables
  ) throws -> [String] {
    var customers: [String] = []
    try tables.rows(
      """
      SELECT DISTINCT customer_id FROM fact WHERE kind = ? AND in_force = 1 AND value = ?
      ORDER BY customer_id
      """, [Fact.Kind.identifier.rawValue, value]
    ) { customers.append($0.text()) }
    return customers
  }
}
