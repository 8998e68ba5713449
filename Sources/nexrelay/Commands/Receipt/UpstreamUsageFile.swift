import Foundation

/// A file that the command line sends to the relay.
enum UpstreamUsageFile {
    private static let byteLimit = 8 << 20

    /// - Throws: ``CommandFailure``.
    static func text(of file: String) throws -> String {
        guard let handle = FileHandle(forReadingAtPath: FilePath.resolve(file, relativeTo: FilePath.workingDirectory)),
            let data = try? handle.read(upToCount: byteLimit + 1) ?? Data()
        else { throw CommandFailure("\(file) cannot be read") }
        guard data.count <= byteLimit else {
            throw CommandFailure("\(file) has more than \(byteLimit >> 20) MiB; compare a month at a time")
        }
        guard !data.isEmpty else { throw CommandFailure("\(file) is empty") }
        guard let text = String(data: data, encoding: .utf8) else { throw CommandFailure("\(file) is not UTF-8") }
        return text
    }
}
