import Crypto
import Foundation
import RelayDomain

/// The secret that a person's device and the relay make codes of (RFC 6238).
struct CodeSecret: Sendable {
    let bytes: [UInt8]

    init() { bytes = PeopleSecrets.random(TimeCode.secretBytes) }

    init(bytes: [UInt8]) { self.bytes = bytes }

    func code(of step: Int64) -> String {
        let digest = HMAC<Insecure.SHA1>.authenticationCode(for: TimeCode.message(of: step), using: SymmetricKey(data: bytes))
        return TimeCode.code(of: Array(digest))
    }

    /// As authenticators take it by hand: base 32 (RFC 4648, section 6) without padding.
    var text: String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var text = ""
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(alphabet[Int(buffer >> bits & 31)])
            }
            buffer &= 1 << bits - 1
        }
        if bits > 0 { text.append(alphabet[Int(buffer << (5 - bits) & 31)]) }
        return text
    }

    /// What the QR code holds (the Key URI Format of Google Authenticator).
    func uri(for email: String) -> String {
        let allowed = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
        let label = email.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
        return "otpauth://totp/NexRelay:\(label)?secret=\(text)&issuer=NexRelay&algorithm=SHA1&digits=6&period=30"
    }
}
