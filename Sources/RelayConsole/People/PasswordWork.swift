import Crypto
import CryptoExtras
@preconcurrency import Dispatch
import Foundation
public import RelayDomain
import Synchronization

/// Hashes passwords, a few at a time and apart from the event loops: each takes 128 MiB and a good part of a second.
public final class PasswordWork: Sendable {
    private struct State {
        var running = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
        var runs = 0
    }

    /// Hashes that are made at the same time.
    private static let atOnce = 2
    /// Those that wait. More are refused: nobody waits for more than some ten seconds.
    private static let mostWaiting = 32

    let cost: PasswordHash.Cost
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "nexrelay.passwords", attributes: .concurrent)
    /// Compared with where there is no password, so that an unknown address takes as long as a known one.
    private let nobody: PasswordHash

    /// - Parameter cost: of new hashes.
    public init(cost: PasswordHash.Cost = .standard) {
        self.cost = cost
        nobody = PasswordHash(
            cost: cost, salt: PeopleSecrets.random(PasswordHash.saltBytes), key: PeopleSecrets.random(PasswordHash.keyBytes))
    }

    /// Hashes that were made so far.
    public var runs: Int { state.withLock { $0.runs } }

    /// - Throws: `overloaded` where too many wait.
    func hash(_ password: String) async throws -> PasswordHash {
        let salt = PeopleSecrets.random(PasswordHash.saltBytes)
        return PasswordHash(cost: cost, salt: salt, key: try await key(password, salt, cost))
    }

    /// Whether it is the password. The work is the same where there is none to compare it with.
    /// - Throws: `overloaded` where too many wait.
    func verify(_ password: String, against hash: PasswordHash?) async throws -> Bool {
        let known = hash ?? nobody
        let isPossible = PasswordRules.isPossible(password)
        let key = try await key(isPossible ? password : "-", known.salt, known.cost)
        return known.matches(key) && isPossible && hash != nil
    }

    /// Whether a hash is to be made anew when its password is next seen.
    func isOutdated(_ hash: PasswordHash) -> Bool { hash.cost != cost }

    private func key(_ password: String, _ salt: [UInt8], _ cost: PasswordHash.Cost) async throws -> [UInt8] {
        guard await takeTurn() else {
            throw Refusal(.overloaded, "Many people are signing in at present. Try again in a moment.", retryAfterSeconds: 5)
        }
        defer { passTurn() }
        // One password has one spelling, whatever the keyboard makes of accents.
        let bytes = Array(password.precomposedStringWithCompatibilityMapping.utf8)
        return try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(
                    with: Result {
                        try KDF.Scrypt.deriveKey(
                            from: bytes, salt: salt, outputByteCount: PasswordHash.keyBytes, rounds: cost.rounds, blockSize: cost.blockSize,
                            parallelism: cost.parallelism
                        ).withUnsafeBytes { Array($0) }
                    })
            }
        }
    }

    /// - Returns: false where too many wait already.
    private func takeTurn() async -> Bool {
        let isFree: Bool? = state.withLock { state in
            guard state.waiting.count < Self.mostWaiting else { return nil }
            state.runs += 1
            guard state.running < Self.atOnce else { return false }
            state.running += 1
            return true
        }
        guard let isFree else { return false }
        guard !isFree else { return true }
        await withCheckedContinuation { continuation in
            let isTurn = state.withLock { state in
                guard state.running >= Self.atOnce else {
                    state.running += 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isTurn { continuation.resume() }
        }
        return true
    }

    /// To whoever waits for the longest time.
    private func passTurn() {
        let next: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
