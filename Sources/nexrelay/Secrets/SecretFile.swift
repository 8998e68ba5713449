import Crypto
import Foundation
import Glibc

/// A file that holds 32 random bytes as 64 hexadecimal digits, and that its owner alone may read.
struct SecretFile: Sendable {
    private static let byteCount = 32

    let path: String

    var exists: Bool { FileManager.default.fileExists(atPath: path) }

    /// Writes new random bytes, durably, with mode 0600.
    /// - Throws: ``CommandFailure`` when the file exists already or cannot be written.
    func create() throws {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        try Self.write(Self.hexadecimal(bytes) + "\n", to: path, mode: 0o600)
    }

    /// - Throws: ``CommandFailure`` when the file cannot be read or holds something else.
    func read() throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(exists ? "\(path) cannot be read" : "there is no \(path); `nexrelay init` writes it")
        }
        let digits = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let bytes = Self.bytes(hexadecimal: digits), bytes.count == Self.byteCount else {
            throw CommandFailure("\(path) does not hold \(Self.byteCount * 2) hexadecimal digits")
        }
        return bytes
    }

    /// Whether others than its owner may read or write it; false when it does not exist.
    var isOpenToOthers: Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.posixPermissions] as? NSNumber).map { $0.intValue & 0o077 != 0 } ?? false
    }

    /// Creates a file, never overwriting one.
    /// - Throws: ``CommandFailure``.
    static func write(_ text: String, to path: String, mode: mode_t) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw errno == EEXIST ? CommandFailure("\(path) exists already") : failure(path)
        }
        defer { close(descriptor) }
        // The mode that was asked for, whatever the umask; and on the disk, since what it names cannot be made again.
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw failure(path) }
            rest = rest.dropFirst(count)
        }
        guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure("\(path) cannot be written: \(String(cString: strerror(errno)))")
    }

    /// Creates a directory and what is missing above it; a new one is its owner's alone.
    /// - Throws: ``CommandFailure``.
    static func createDirectory(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandFailure("\(path) cannot be created: \(error.localizedDescription)")
        }
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func bytes(hexadecimal text: String) -> [UInt8]? {
        let digits = text.utf8.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
        guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
