/// Codes that a person's device makes of a shared secret and the time (RFC 6238, with SHA-1, six digits and steps of 30 seconds: what
/// every authenticator knows).
public enum TimeCode {
    public static let secretBytes = 20
    public static let digits = 6
    public static let stepSeconds: Int64 = 30
    /// How far a device's clock may be off, in steps.
    private static let drift: Int64 = 1

    public static func step(at time: Timestamp) -> Int64 { time.milliseconds / (stepSeconds * 1_000) }

    /// What is authenticated: the step, as eight bytes.
    public static func message(of step: Int64) -> [UInt8] { UInt64(bitPattern: step).bigEndianBytes }

    /// Six digits of an HMAC (RFC 4226, section 5.3).
    /// - Precondition: 20 bytes, as SHA-1 makes them.
    public static func code(of digest: [UInt8]) -> String {
        precondition(digest.count == 20)
        let offset = Int(digest[19] & 0xF)
        let word = digest[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        return padded(Int64(word % 1_000_000), digits)
    }

    /// The step that a code is of, among those that are near.
    /// - Parameters:
    ///   - text: as it was typed; blanks do not count.
    ///   - lastStep: it and those before are spent.
    ///   - code: the code of a step.
    /// - Returns: nil for a code that is wrong, of another time, or was used.
    public static func step(of text: String, at time: Timestamp, after lastStep: Int64, code: (Int64) -> String) -> Int64? {
        let typed = Array(text.utf8.filter { $0 != 0x20 })
        guard typed.count == digits, typed.allSatisfy(\.isDigit) else { return nil }
        let now = step(at: time)
        var found: Int64?
        // All of them, whichever it is: what matches first must not show in the time.
        for step in now - drift...now + drift where zip(code(step).utf8, typed).reduce(UInt8(0), { $0 | ($1.0 ^ $1.1) }) == 0 {
            if step > lastStep { found = found ?? step }
        }
        return found
    }
}
