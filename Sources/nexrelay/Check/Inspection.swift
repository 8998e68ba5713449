import RelayDomain
import RelayGateway

/// What `nexrelay check` looked at, and what it found. Nothing of it changes anything.
struct Inspection: Sendable {
    struct Finding: Sendable {
        let name: String
        let isOK: Bool
        let detail: String
    }

    let findings: [Finding]
    /// What hinders nothing.
    let warnings: [String]

    var isOK: Bool { findings.allSatisfy(\.isOK) }

    var json: JSONValue {
        [
            "ok": .boolean(isOK),
            "checks": .array(
                findings.map { ["name": .string($0.name), "ok": .boolean($0.isOK), "detail": .string($0.detail)] }),
        ]
    }

    var text: String {
        Table(["", "CHECK", "DETAIL"], findings.map { [$0.isOK ? "ok" : "FAILED", $0.name, $0.detail] }).text
    }

    /// - Parameter file: the configuration, as the operator named it.
    static func run(file: String, variables: [String: String]) async throws -> Inspection {
        let settings: Settings
        let warnings: [String]
        do {
            (settings, warnings) = try SettingsLoader.load(file: file, variables: variables)
        } catch let failure as SettingsFailure {
            return Inspection(findings: failure.lines.map { Finding(name: "configuration", isOK: false, detail: $0) }, warnings: [])
        } catch {
            return Inspection(findings: [Finding(name: "configuration", isOK: false, detail: "\(error)")], warnings: [])
        }
        var findings = [Finding(name: "configuration", isOK: true, detail: file), models(settings), vocabulary(settings)]
        let certificate = settings.publicListener.tls.map { CertificateInspection.run($0, now: SystemClock.now()) }
        if let certificate { findings.append(certificate.finding) }
        findings += DataInspection(settings: settings, variables: variables).findings
        findings += try await UpstreamInspection.run(settings)
        findings += try await PaymentInspection.run(settings, variables: variables)
        return Inspection(findings: findings, warnings: warnings + (certificate?.warnings ?? []))
    }

    /// A model that nobody serves is no fault: it may be about to come.
    private static func models(_ settings: Settings) -> Finding {
        let catalogue = settings.catalogue
        let idle = catalogue.models.map(\.name).filter { !catalogue.servedModels.contains($0) }
        let detail = idle.isEmpty ? "each has an upstream" : "without an upstream: \(idle.joined(separator: ", "))"
        return Finding(name: "models", isOK: true, detail: detail)
    }

    /// Without a vocabulary the relay works all the same, so that is no fault; one that cannot be used is.
    private static func vocabulary(_ settings: Settings) -> Finding {
        guard let file = VocabularyFile.find(configured: settings.tokenizerFile) else {
            return Finding(
                name: "tokenizer", isOK: true,
                detail: "no vocabulary: inputs are held by their bytes, not by their tokens; `make setup` makes it")
        }
        do {
            _ = try file.load()
            return Finding(name: "tokenizer", isOK: true, detail: file.path)
        } catch {
            return Finding(name: "tokenizer", isOK: false, detail: "\(error)")
        }
    }
}
