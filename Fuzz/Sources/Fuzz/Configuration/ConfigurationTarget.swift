internal import Foundation
internal import RelayDomain
internal import RelayGateway

@testable internal import nexrelay

/// The reading of `relay.yaml`: settings or faults with their lines, whatever the file, and no fault tells what is in the environment.
enum ConfigurationTarget {
    /// The beginning of a comment of the file that sets a variable: `#! NAME=value`.
    private static let mark = "#! "
    /// Valid as a credential, as a name and as a path.
    private static let secret = "sk-environment-secret"

    /// Of the shape alone: the code of addresses belongs to another module.
    private static let forms = PaymentForms(
        address: { text, network in text.hasPrefix(network == .tron ? "T" : "0x") ? text : nil }, isEndpoint: { $0.hasPrefix("http") })

    static func run(_ bytes: [UInt8]) {
        // As SettingsLoader.text(of:) reads a file: what is not UTF-8 is refused there.
        guard let text = String(data: Data(bytes), encoding: .utf8) else { return }
        var variables = ["SECRET": secret, "EMPTY": "", "PORT": "8080"]
        for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix(mark) {
            let parts = line.dropFirst(mark.count).split(separator: "=", maxSplits: 1)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
        }
        let loader = { SettingsLoader(file: "/etc/nexrelay/relay.yaml", variables: variables, forms: forms) }
        do throws(SettingsFailure) {
            requireSense(try loader().settings(from: text).settings)
        } catch {
            requireLines(error, of: text)
        }
        do throws(SettingsFailure) {
            let client = try loader().clientSettings(from: text)
            require(client.dataDirectory.hasPrefix("/") && (1...65_535).contains(client.admin.port), "a client's settings are sensible")
        } catch {
            requireLines(error, of: text)
        }
    }

    private static func requireSense(_ settings: Settings) {
        require(!settings.upstreams.isEmpty && !settings.catalogue.plans.isEmpty, "a relay has upstreams and plans")
        let tls = settings.publicListener.tls
        let database: String? = if case .sqlite(let file) = settings.database { file } else { nil }
        for path in [settings.dataDirectory, database, settings.retention?.archive, settings.tokenizerFile, tls?.certificate, tls?.key] {
            require(path?.hasPrefix("/") ?? true, "paths are absolute: \(path ?? "")")
        }
        for upstream in settings.upstreams {
            require(
                !upstream.models.isEmpty && !upstream.apiKey.isEmpty && !upstream.host.isEmpty, "an upstream is whole: \(upstream.name)")
        }
    }

    private static func requireLines(_ failure: SettingsFailure, of text: String) {
        require(!failure.faults.isEmpty, "a failure has a fault")
        let lineLimit = text.count { $0.isNewline } + 1
        for fault in failure.faults {
            if case .file(let line?) = fault.origin {
                require((1...lineLimit).contains(line), "line \(line) is one of \(lineLimit): \(fault.message)")
            }
            require(!fault.message.contains(secret), "no fault tells what is in the environment: \(fault.message)")
        }
        require(failure.lines.allSatisfy { !$0.contains(where: \.isNewline) }, "a fault is one line: \(failure.lines)")
    }
}
