import Foundation
import NIOCore

/// The program's standard output and error.
enum StandardOutput {
    /// Writes text and a line's end, at once: what reads this may be a pipe.
    static func print(_ text: String) {
        write(text + (text.hasSuffix("\n") ? "" : "\n"), to: STDOUT_FILENO)
    }

    /// Writes bytes as they are.
    static func write(_ bytes: ByteBuffer) { write(Array(buffer: bytes)[...], to: STDOUT_FILENO) }

    /// Writes a warning or a remark that is no part of the result.
    static func remark(_ text: String) {
        write(text + "\n", to: STDERR_FILENO)
    }

    /// Writes over the line of a terminal, which the next text begins anew.
    static func progress(_ text: String) {
        write("\r\u{1B}[K" + text, to: STDERR_FILENO)
    }

    private static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8)[...], to: descriptor) }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
