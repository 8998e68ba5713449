public import RelayDomain

/// A receipt as the API gives it, for whoever keeps receipts elsewhere.
public enum ReceiptDocument {
    /// One line of JSON, which begins with the request's id.
    public static func json(of receipt: Receipt) -> String { ReceiptView(receipt: receipt).json.jsonText }
}
