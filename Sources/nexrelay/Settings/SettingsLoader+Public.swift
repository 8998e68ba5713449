import RelayDomain
import RelayGateway

/// Where and how customers connect.
struct PublicSettings: Hashable, Sendable {
    var host = "127.0.0.1"
    /// 0 takes any that is free.
    var port = 8_080
    var tls: GatewayConfiguration.TLS?
    var trustedProxies = TrustedProxies()
    var crossOrigin = CrossOriginPolicy.any

    /// Where a client on this machine reaches it.
    /// - Parameter port: what it listens on, where the setting is 0.
    func url(port: Int? = nil) -> String {
        let authority = host.contains(":") ? "[\(host)]" : host
        return "\(tls == nil ? "http" : "https")://\(authority):\(port ?? self.port)"
    }

    /// Whether `other` can take this one's place only at a start. The certificate alone is read again with every reload.
    func needsRestart(for other: PublicSettings) -> Bool {
        var here = self
        var there = other
        if tls != nil, other.tls != nil { (here.tls, there.tls) = (nil, nil) }
        return here != there
    }
}

extension SettingsLoader {
    /// `public`.
    func publicListener(_ section: SettingsSection) -> PublicSettings {
        defer { section.close() }
        var settings = PublicSettings()
        section.value("host").host().map { settings.host = $0 }
        section.value("port").count(in: 0...65_535).map { settings.port = $0 }
        settings.tls = section.optionalSection("tls").map(tls)
        section.value("trusted_proxies").list("a network such as `10.0.0.0/8` or `fd00::/8`", Network.init).map {
            settings.trustedProxies = TrustedProxies($0)
        }
        crossOrigin(section.value("cors_origins")).map { settings.crossOrigin = $0 }
        return settings
    }

    private func crossOrigin(_ value: SettingsValue) -> CrossOriginPolicy? {
        let expectation = "an origin such as `https://app.example.com`, in lower case and without a path, or `*` alone"
        guard let origins = value.list(expectation, { $0 == "*" || CrossOriginPolicy.isOrigin($0) ? $0 : nil }) else { return nil }
        if origins == ["*"] { return .any }
        if origins.contains("*") { value.fault("has `*` beside other origins") }
        return .only(Set(origins))
    }

    private func tls(_ section: SettingsSection) -> GatewayConfiguration.TLS {
        defer { section.close() }
        let certificate = section.value("certificate", isRequired: true).path(relativeTo: directory)
        let key = section.value("key", isRequired: true).path(relativeTo: directory)
        return GatewayConfiguration.TLS(certificate: certificate ?? "", key: key ?? "")
    }
}
