import RelayStore

/// Where an endpoint stands now.
struct EndpointStanding: Sendable {
    let endpoint: RPCEndpoint
    let identity: ChainIdentity
    let head: ChainBlock
    /// Its last final block's number.
    let final: Int64
}

/// What endpoints tell of something that may be larger than can be read.
enum Reading<Value: Sendable>: Sendable {
    /// All that have a say tell this.
    case agreed(Value)
    /// One tells this, and for the other one it is too large.
    case unwitnessed(Value)
    /// It is too large for all.
    case tooLarge
}

/// The endpoints that are asked in one look at the chain.
///
/// Where two or more are configured, two have a say in everything that moves money, and while there is no witness nothing moves: otherwise
/// who owns one endpoint of two could wait for a hiccup of the other one, or bring it about, and invent payments or hide them. Where a
/// single one is configured it is believed alone, whatever it says: it can credit anybody with anything. Two endpoints of one provider
/// witness each other no better than one.
struct Panel: Sendable {
    let primary: EndpointStanding
    /// nil where no second endpoint is configured.
    let witness: EndpointStanding?

    /// - Throws: ``ScanFault/disagreement(_:)`` for chains that begin differently.
    init(primary: EndpointStanding, witness: EndpointStanding?) throws(ScanFault) {
        if let witness, witness.identity != primary.identity {
            throw .disagreement("the first block, \(primary.endpoint.name) and \(witness.endpoint.name)")
        }
        self.primary = primary
        self.witness = witness
    }

    var identity: ChainIdentity { primary.identity }
    /// What both have, and both call final: an endpoint that lags is never asked for a block that it does not have.
    var final: Int64 { min(primary.final, witness?.final ?? .max) }
    var names: [String] { [primary.endpoint.name] + (witness.map { [$0.endpoint.name] } ?? []) }

    /// Asks the one and then the other.
    /// - Parameter what: in a few words, for the alarm.
    /// - Throws: ``ScanFault/disagreement(_:)`` where the answers differ.
    func agreed<Value: Equatable & Sendable>(
        on what: String, _ question: (RPCEndpoint) async throws(RPCFailure) -> Value
    ) async throws(ScanFault) -> Value {
        do {
            let answer = try await question(primary.endpoint)
            guard let witness else { return answer }
            guard try await question(witness.endpoint) == answer else { throw disagreement(on: what) }
            return answer
        } catch let failure as RPCFailure {
            throw .endpoint(failure)
        } catch let fault as ScanFault {
            throw fault
        } catch {
            throw .disagreement(what)
        }
    }

    /// The same for an answer that may be larger than an endpoint gives, or than is taken from one.
    /// - Throws: ``ScanFault/disagreement(_:)`` where both tell, and tell different things.
    func reading<Value: Equatable & Sendable>(
        of what: String, _ question: (RPCEndpoint) async throws(RPCFailure) -> Value
    ) async throws(ScanFault) -> Reading<Value> {
        do {
            let told = try await answer(of: primary.endpoint, question)
            guard let witness else { return told.map { .agreed($0) } ?? .tooLarge }
            guard let witnessed = try await answer(of: witness.endpoint, question) else {
                return told.map { .unwitnessed($0) } ?? .tooLarge
            }
            guard let told else { return .unwitnessed(witnessed) }
            guard told == witnessed else { throw disagreement(on: what) }
            return .agreed(told)
        } catch let failure as RPCFailure {
            throw .endpoint(failure)
        } catch let fault as ScanFault {
            throw fault
        } catch {
            throw .disagreement(what)
        }
    }

    /// - Returns: nil for one that is too large.
    private func answer<Value: Sendable>(
        of endpoint: RPCEndpoint, _ question: (RPCEndpoint) async throws(RPCFailure) -> Value
    ) async throws(RPCFailure) -> Value? {
        do {
            return try await question(endpoint)
        } catch {
            guard error.kind == .tooLarge else { throw error }
            return nil
        }
    }

    private func disagreement(on what: String) -> ScanFault {
        .disagreement("\(what), \(primary.endpoint.name) and \(witness?.endpoint.name ?? "nobody")")
    }
}
