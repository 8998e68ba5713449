import RelayConsole
import RelayDomain

/// Who signs in to a demo's console: its customer and an operator, with passwords that are new at each start, since one cannot be read back.
struct DemoPeople: Sendable {
    private static let operatorEmail = "operator@example.com"

    let customer: GivenPassword
    let `operator`: GivenPassword

    /// Lets both in where they are not yet, and changes their passwords.
    /// - Throws: ``CommandFailure`` when the books refuse.
    static func prepare(_ relay: Assembly, account: AccountID) async throws -> DemoPeople {
        let desk = relay.people
        do {
            let customer = try await desk.givePassword(toAccount: account, isForOneSignIn: false)
            if let known = try await desk.person(email: operatorEmail) {
                return DemoPeople(customer: customer, operator: try await desk.givePassword(toOperator: known.id, isForOneSignIn: false))
            }
            return DemoPeople(
                customer: customer,
                operator: try await desk.openOperator(email: operatorEmail, name: "Operator", isForOneSignIn: false))
        } catch let refusal as Refusal {
            throw CommandFailure(refusal.message)
        }
    }
}
