internal import Foundation
internal import RelayTokenizer

/// The vocabulary that `make setup` makes: the relay's table, and the rank file that it was made of.
enum Vocabulary {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../../share/nexrelay")

    static let tokenizer: Tokenizer = {
        guard let data = try? Data(contentsOf: folder.appending(path: "o200k.table")),
            let table = try? data.withUnsafeBytes({ try TokenTable(bytes: $0) })
        else { fatalError("there is no vocabulary in \(folder.standardized.path): run `make setup`") }
        return Tokenizer(table: table)
    }()

    /// The tokens by their bytes. Lines of base 64, a space and the rank.
    static let ranks: [[UInt8]: Int] = {
        let ranks = folder.appending(path: "ranks")
        guard let file = try? FileManager.default.contentsOfDirectory(at: ranks, includingPropertiesForKeys: nil).first,
            let data = try? Data(contentsOf: file)
        else { fatalError("there is no rank file in \(ranks.standardized.path): run `make setup`") }
        var result: [[UInt8]: Int] = [:]
        for line in data.split(separator: 0x0A) {
            let parts = line.split(separator: 0x20)
            guard parts.count == 2, let token = Data(base64Encoded: parts[0]), let rank = Int(String(decoding: parts[1], as: UTF8.self))
            else {
                fatalError("the rank file is damaged")
            }
            result[Array(token)] = rank
        }
        return result
    }()
}
