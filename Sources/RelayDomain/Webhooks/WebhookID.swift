public enum WebhookKind: IdentifierKind { public static let prefix = "whk_" }

/// A place that is told what happens.
public typealias WebhookID = Identifier<WebhookKind>
