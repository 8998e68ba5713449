import RelayDomain
import RelayGateway

extension SettingsLoader {
    /// `billing` and `limits`. What is absent keeps the data plane's own default.
    func billingAndLimits(
        _ root: SettingsSection
    ) -> (unreportedUsage: GatewayConfiguration.UnreportedUsage, onDisconnect: OnDisconnect, limits: GatewayLimits) {
        var limits = GatewayLimits()
        let billing = root.section("billing")
        let unreportedUsage = billing.value("unreported_usage").choice(of: GatewayConfiguration.UnreportedUsage.self)
        let onDisconnect = billing.value("on_disconnect").choice(of: OnDisconnect.self)
        let drain = billing.section("drain")
        drain.value("seconds").seconds(from: "0s", to: "24h").map { limits.drainSeconds = $0 }
        drain.value("streams").count(in: 0...1_000_000).map { limits.drainStreams = $0 }
        drain.value("bytes").bytes(in: 0...1 << 40).map { limits.drainBytes = $0 }
        drain.close()
        billing.close()
        read(root.section("limits"), into: &limits)
        return (unreportedUsage ?? .estimate, onDisconnect ?? .drain, limits)
    }

    private func read(_ section: SettingsSection, into limits: inout GatewayLimits) {
        section.value("body").bytes(in: 1 << 10...1 << 30).map { limits.bodyBytes = $0 }
        section.value("head").bytes(in: 1 << 10...1 << 20).map { limits.headBytes = $0 }
        section.value("target").bytes(in: 256...1 << 20).map { limits.targetBytes = $0 }
        section.value("answer").bytes(in: 1 << 10...1 << 30).map { limits.answerBytes = $0 }
        section.value("prelude").bytes(in: 1 << 10...1 << 24).map { limits.preludeBytes = $0 }
        section.value("connections").count(in: 1...1_000_000).map { limits.connections = $0 }
        section.value("address_connections").count(in: 1...1_000_000).map { limits.addressConnections = $0 }
        section.value("account_queue").count(in: 1...1_000_000).map { limits.accountQueue = $0 }
        section.value("gathered").bytes(in: 1 << 20...1 << 40).map { limits.gatheredBytes = $0 }
        section.value("body_time").seconds(from: "1s", to: "24h").map { limits.bodySeconds = $0 }
        section.value("upstream_queue").count(in: 1...1_000_000).map { limits.upstreamQueue = $0 }
        section.value("scan_queue").count(in: 1...1_000_000).map { limits.scanQueue = $0 }
        section.value("count_queue").count(in: 1...1_000_000).map { limits.countQueue = $0 }
        section.value("request").seconds(from: "1s", to: "24h").map { limits.requestSeconds = $0 }
        section.value("keep_alive").seconds(from: "1s", to: "24h").map { limits.keepAliveSeconds = $0 }
        section.value("exchange").seconds(from: "1s", to: "168h").map { limits.exchangeSeconds = $0 }
        section.value("stall").seconds(from: "1s", to: "24h").map { limits.stallSeconds = $0 }
        section.value("settle").seconds(from: "1s", to: "24h").map { limits.settleSeconds = $0 }
        section.value("upstream_idle").seconds(from: "1s", to: "24h").map { limits.upstreamIdleSeconds = $0 }
        section.value("upstream_age").seconds(from: "1s", to: "168h").map { limits.upstreamAgeSeconds = $0 }
        section.value("shutdown").seconds(from: "0s", to: "24h").map { limits.shutdownSeconds = $0 }
        section.close()
    }
}
