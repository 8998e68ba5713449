import RelayDomain
import RelayStore
import Synchronization

/// A defect that is put in on purpose: the simulation is worth something only where it finds each of them.
public enum Mutant: String, Sendable, CaseIterable {
    /// A commit whose reply was lost is called failed at once.
    case callsLostFailed
    /// Whoever asks whether a lost commit succeeded is told that it did not.
    case forgetsMarks
    /// Whoever asks whether a lost commit succeeded is not told that the lease is gone since.
    case forgetsLostLeases
    /// A batch is answered though its commit failed.
    case answersBeforeCommit
    /// A transaction that is begun anew keeps what its first try wrote.
    case keepsBoth
    /// What a transaction wrote before it failed stays.
    case commitsHalf
    /// A node goes on under a lease that was declared gone.
    case hasNoFence
    /// A node's transactions do not prolong its lease.
    case prolongsNothing
    /// Leases are declared gone before they have run out.
    case buriesEarly
    /// Holds of living nodes expire.
    case expiresLiving
    /// Holds are opened under no lease.
    case holdsWithoutLease
    /// What a key has used is not written.
    case forgetsKeys
    /// The operator's accounts are not written.
    case forgetsHouse
    /// An idempotency key is not freed when its request has failed.
    case keepsClaims
    /// Idempotency keys of requests that run are swept.
    case sweepsRunning
    /// A hold that was moved is not written.
    case forgetsMoves
    /// One request more than the plan allows is let through at the same time.
    case admitsOneMore
    /// Expired holds are charged again by a late settlement: their receipts are not found.
    case forgetsReceipts
    /// The tokens that were used are not written.
    case forgetsMeters

    /// Statement and replacement by statement, so that each is prepared once.
    private static let replacements = Mutex<[Mutant: [ObjectIdentifier: Replacement]]>([:])

    private enum Replacement {
        case statement(SQLStatement)
        case left(SQLStatement)
        case nothing
    }

    /// The statement that is run in the place of another; nil where none is.
    func changed(_ statement: SQLStatement) -> SQLStatement? {
        let found = Self.replacements.withLock { all in
            if let known = all[self]?[ObjectIdentifier(statement)] { return known }
            let made = replacement(of: statement)
            all[self, default: [:]][ObjectIdentifier(statement)] = made
            return made
        }
        return switch found {
        case .statement(let other), .left(let other): other
        case .nothing: nil
        }
    }

    private func replacement(of statement: SQLStatement) -> Replacement {
        let sql = statement.sql
        func without(_ prefix: String) -> Replacement { sql.hasPrefix(prefix) ? .nothing : .left(statement) }
        func replacing(_ part: String, _ other: String) -> Replacement {
            sql.contains(part) ? .statement(SQLStatement(sql.replacing(part, with: other))) : .left(statement)
        }
        return switch self {
        case .callsLostFailed, .answersBeforeCommit, .keepsBoth, .commitsHalf, .hasNoFence, .admitsOneMore: .left(statement)
        case .forgetsMarks: without("SELECT mark, state FROM nodes")
        case .forgetsLostLeases: replacing("SELECT mark, state FROM nodes", "SELECT mark, 'living' FROM nodes")
        case .prolongsNothing: replacing("SET lease_until = $1 + $2, mark", "SET mark")
        case .buriesEarly: replacing("AND lease_until < $1 AND", "AND lease_until < $1 + $2 * 0.9 AND")
        case .expiresLiving:
            replacing("WHERE NOT EXISTS (SELECT 1 FROM nodes WHERE nodes.epoch = holds.epoch AND nodes.state = 'living')", "")
        case .holdsWithoutLease: replacing("$20, $21)", "$20, $21 * 0)")
        case .forgetsKeys: without("UPDATE keys")
        case .forgetsHouse: without("INSERT INTO house_accounts")
        case .keepsClaims: without("DELETE FROM answers WHERE account")
        case .sweepsRunning: replacing("WHERE state <> 'running' AND expires_at <= $1", "WHERE state = 'running' AND $1 > 0")
        case .forgetsMoves: without("UPDATE holds")
        case .forgetsReceipts: without("SELECT request, state, charged FROM receipts")
        case .forgetsMeters: replacing("output_used = $9", "output_used = output_used + $9 * 0")
        }
    }

    /// The catalogue that the nodes have, where it is not the one that is sold.
    func changed(_ catalogue: Catalogue) -> Catalogue {
        guard self == .admitsOneMore else { return catalogue }
        let plans = catalogue.plans.map { plan in
            Plan(
                id: plan.id, name: plan.name, price: plan.price, credits: plan.credits, allowances: plan.allowances,
                capTokens: plan.capTokens, contextTokens: plan.contextTokens, maxOutputTokens: plan.maxOutputTokens,
                requestsPerMinute: plan.requestsPerMinute, concurrency: plan.concurrency + 1, highCostBudget: plan.highCostBudget,
                route: plan.route, highCostRule: plan.highCostRule)
        }
        return Catalogue(models: catalogue.models, plans: plans, servedModels: catalogue.servedModels)
    }
}

extension SQLStatement {
    /// The statement itself where there is no mutant.
    func unchanged(by mutant: Mutant?) -> SQLStatement? { mutant == nil ? self : nil }
}
