// swift-format-ignore-file
/// The upcasts of schemas/upcasts: written by tools/embed, never by hand.
package enum EmbeddedUpcasts {
  /// File name and text, in the order of the names.
  package static let files: [(name: String, text: String)] = [
  ]
}
