public import Foundation
public import RelayTokenizer

/// The vocabulary that `make setup` makes, and the tiktoken that the tests compare with.
public enum Vocabulary {
    /// The folder of the sources.
    public static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    public static let tableFile = project.appending(path: "share/nexrelay/o200k.table")
    /// Where tiktoken finds the rank file, instead of on the network.
    public static let ranksFolder = project.appending(path: "share/nexrelay/ranks")
    public static let python = project.appending(path: ".venv/bin/python")

    /// - Throws: where `make setup` has not run.
    public static func tokenizer() throws -> Tokenizer {
        try Data(contentsOf: tableFile).withUnsafeBytes { Tokenizer(table: try TokenTable(bytes: $0)) }
    }
}
