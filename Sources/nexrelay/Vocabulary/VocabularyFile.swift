import Foundation
import RelayTokenizer

/// The table of o200k_base's tokens on the disk, as `make setup` makes it.
struct VocabularyFile {
    /// Where it lies below a folder that holds the program: beside it in a source tree, and in `/usr/local` for `/usr/local/bin`.
    static let relativePath = "share/nexrelay/o200k.table"
    /// A table is some 10 MB.
    private static let mostBytes = 256 << 20

    let path: String

    /// The one that is configured, else the nearest one above the program.
    /// - Returns: nil where none is configured and none is found.
    static func find(configured: String?) -> VocabularyFile? {
        if let configured { return VocabularyFile(path: configured) }
        var folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path != "/" {
            let file = folder.appending(path: relativePath)
            if FileManager.default.fileExists(atPath: file.path) { return VocabularyFile(path: file.path) }
            folder.deleteLastPathComponent()
        }
        return nil
    }

    /// - Throws: ``CommandFailure`` when it cannot be read, or is no whole table.
    func load() throws -> Tokenizer {
        guard let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber, size.intValue <= Self.mostBytes,
            let data = FileManager.default.contents(atPath: path)
        else { throw CommandFailure("the vocabulary \(path) cannot be read") }
        do {
            return Tokenizer(table: try data.withUnsafeBytes { bytes throws(TokenTable.Fault) in try TokenTable(bytes: bytes) })
        } catch {
            throw CommandFailure("the vocabulary \(path) cannot be used: \(error)")
        }
    }
}
