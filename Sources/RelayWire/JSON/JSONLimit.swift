/// Bounds of every JSON document that the relay reads, from a client or from an upstream.
public enum JSONLimit {
    /// How deep arrays and objects may nest, the document's own value included.
    public static let depth = 128
}
