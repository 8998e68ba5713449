import Crypto
import Foundation

/// A script of the program's own, which stands in its page and is allowed there by its hash. A page says all that it has to say without it.
struct PageScript: Sendable {
    let text: String

    /// For `script-src`: this script and no other.
    let source: String

    init(_ text: String) {
        self.text = text
        source = "'sha256-\(Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString())'"
    }
}
