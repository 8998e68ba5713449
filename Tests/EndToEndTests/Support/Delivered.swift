import RelayDomain
import Synchronization
import Testing

/// What clients hold in their hands: the charges that whole answers told them.
final class Delivered: Sendable {
    private let charges = Mutex<[String: Credits]>([:])
    /// Set when the clients are to stop.
    let isOver = Mutex(false)

    func add(_ answer: Answer) {
        // A stream is whole for its reader once `[DONE]` is there.
        guard let id = answer.requestID, let charged = answer.charged, answer.status == 200,
            answer.isStream ? answer.isDone : answer.isWhole
        else { return }
        charges.withLock { #expect($0.updateValue(charged, forKey: id) == nil, "\(id) was used twice") }
    }

    var count: Int { charges.withLock { $0.count } }

    /// Every answer has its one receipt, with the charge that it told, and every wallet fits its receipts.
    /// - Parameters:
    ///   - customers: all who were answered.
    ///   - least: answers that there must be more of.
    ///   - name: of what was done, for the log.
    func check(on relay: RelayProcess, _ customers: [Customer], moreThan least: Int, _ name: String) async throws {
        let charges = charges.withLock { $0 }
        #expect(charges.count > least, "too little was delivered to prove anything")
        let receipts = try await relay.balancedReceipts(customers)
        for (request, charged) in charges {
            let receipt = receipts[request]
            #expect(receipt?["state"].string == "settled", "\(request) was delivered whole: \(receipt?.text ?? "no receipt")")
            #expect(receipt?["credits"]["charged"].credits == charged)
            #expect(charged > .zero)
        }
        let states = Dictionary(grouping: receipts.values) { $0["state"].string ?? "" }.mapValues(\.count)
        let late = receipts.values.count { $0["settled_late"].bool == true }
        print("\(name): \(charges.count) delivered whole; receipts \(states), \(late) settled late")
        #expect(states["expired", default: 0] > 0, "no kill came while a request was open")
    }
}
