import Glibc
import RelayDomain

/// A file that is read from its beginning, a piece at a time.
final class ArchiveInput {
    private let path: String
    private let descriptor: CInt

    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw RetentionFailure.system("\(path) cannot be read", errno) }
    }

    deinit { close(descriptor) }

    /// - Returns: nothing at the end.
    func read(_ count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            var result: Int
            repeat { result = Glibc.read(descriptor, buffer.baseAddress, count) } while result < 0 && errno == EINTR
            guard result >= 0 else { throw RetentionFailure.system("\(path) cannot be read", errno) }
            filled = result
        }
    }
}

/// Reads which requests an archive holds, in bounded memory.
final class ArchiveFileReader {
    private let path: String
    private let input: ArchiveInput
    private let stream: any ArchiveStream
    private let digest: (any ArchiveDigest)?
    private var text: [UInt8] = []
    private var isAtEnd = false
    /// Of the file, read so far.
    private(set) var bytes: Int64 = 0

    /// - Parameter digest: gets every byte of the file.
    init(path: String, coding: any ArchiveCoding, digest: (any ArchiveDigest)?) throws {
        self.path = path
        self.digest = digest
        input = try ArchiveInput(path: path)
        stream = coding.decompressor()
    }

    /// - Returns: at most `limit` ids; none at the end.
    /// - Throws: ``RetentionFailure`` where it is no archive, or is damaged.
    func next(_ limit: Int) throws -> [RequestID] {
        var ids: [RequestID] = []
        var start = 0
        while ids.count < limit {
            if let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) {
                ids.append(try id(of: text[start..<end]))
                start = end + 1
            } else if isAtEnd {
                guard start == text.count else { throw RetentionFailure("\(path) ends within a line") }
                break
            } else {
                text.removeFirst(start)
                start = 0
                try more()
            }
        }
        text.removeFirst(start)
        return ids
    }

    private func more() throws {
        let piece = try input.read(ArchiveFolder.pieceBytes)
        digest?.update(piece)
        bytes += Int64(piece.count)
        isAtEnd = piece.isEmpty
        do {
            text += try stream.feed(piece, isLast: isAtEnd)
        } catch {
            throw RetentionFailure("\(path) is damaged")
        }
    }

    private func id(of line: ArraySlice<UInt8>) throws -> RequestID {
        let start = ArchiveFolder.lineStart.utf8
        let text = line.dropFirst(start.count).prefix { $0 != UInt8(ascii: "\"") }
        guard line.starts(with: start), let id = text.withUnsafeBufferPointer({ RequestID(utf8: $0) }) else {
            throw RetentionFailure("\(path) has a line that is no receipt")
        }
        return id
    }
}
