public enum DeliveryKind: IdentifierKind { public static let prefix = "dlv_" }

/// What one webhook is told of one event, in as many attempts as it takes.
public typealias DeliveryID = Identifier<DeliveryKind>
