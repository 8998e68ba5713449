import Crypto
import RelayDomain

@testable import RelayConsole

extension PeopleSecrets {
    /// As the program makes them, under keys that are no secret.
    static let test = {
        let key = SymmetricKey(data: [UInt8](repeating: 7, count: 32))
        return PeopleSecrets(
            hash: { purpose, bytes in
                KeyHash(bytes: Array(HMAC<SHA256>.authenticationCode(for: Array(purpose.rawValue.utf8) + [0] + bytes, using: key)))
            },
            seal: { secret, context in Array(try! AES.GCM.seal(secret, using: key, authenticating: Array(context.utf8)).combined!) },
            open: { sealed, context in
                guard let box = try? AES.GCM.SealedBox(combined: sealed) else { return nil }
                return (try? AES.GCM.open(box, using: key, authenticating: Array(context.utf8))).map { Array($0) }
            })
    }()
}
