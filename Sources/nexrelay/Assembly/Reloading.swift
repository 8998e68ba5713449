import Logging
import RelayDomain
import RelayGateway
import RelayStore

/// Reads the configuration again while the relay serves: upstreams, models, plans and what is warned of change from the next request on,
/// and the certificate from the next connection on.
struct Reloading: Sendable {
    /// Those that the relay was started with.
    let settings: Settings
    let writer: LedgerWriter
    let gateway: Gateway
    let logger: Logger
    let read: @Sendable () throws -> Settings

    /// A configuration that cannot be used changes nothing.
    func run() {
        do {
            let new = try read()
            try gateway.reload(upstreams: new.upstreams)
            writer.ledger = Ledger(catalogue: new.catalogue, alerts: new.webhooks.alerts)
            let counts: Logger.Metadata = [
                "upstreams": "\(new.upstreams.count)", "models": "\(new.catalogue.models.count)", "plans": "\(new.catalogue.plans.count)",
            ]
            reload(new.publicListener.tls)
            logger.notice("reloaded", metadata: counts)
            for key in settings.keysThatNeedRestart(for: new) {
                logger.warning("a changed setting takes effect at the next start", metadata: ["key": "\(key)"])
            }
        } catch let failure as SettingsFailure {
            for line in failure.lines { logger.error("the configuration was not reloaded", metadata: ["fault": "\(line)"]) }
        } catch {
            logger.error("the configuration was not reloaded", metadata: ["error": "\(error)"])
        }
    }

    /// A certificate that cannot be used hinders nothing else.
    private func reload(_ files: GatewayConfiguration.TLS?) {
        guard settings.publicListener.tls != nil, let files else { return }
        do {
            try gateway.reload(certificate: files)
        } catch {
            logger.error("the certificate was not reloaded, and the one before stays", metadata: ["error": "\(error)"])
        }
    }
}

extension Settings {
    /// Keys that differ between this and `other`, and are read at the start alone.
    func keysThatNeedRestart(for other: Settings) -> [String] {
        [
            ("data", dataDirectory == other.dataDirectory),
            ("database", database == other.database),
            ("node", node == other.node),
            ("public", !publicListener.needsRestart(for: other.publicListener)),
            ("admin", admin == other.admin),
            ("tokenizer", tokenizerFile == other.tokenizerFile),
            ("billing", unreportedUsage == other.unreportedUsage && onDisconnect == other.onDisconnect),
            ("routing", routing == other.routing),
            ("guard", guarding == other.guarding),
            // Numbers alone: their descriptions are equal exactly where they are.
            ("limits", "\(limits)" == "\(other.limits)"),
            ("retention", retention == other.retention),
            ("payments", payments == other.payments),
            ("webhooks", !webhooks.needsRestart(for: other.webhooks)),
            ("signup", signUp == other.signUp),
            ("log", logLevel == other.logLevel),
        ].filter { !$0.1 }.map(\.0)
    }
}
