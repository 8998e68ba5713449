/// What the ids of one answer have in common: 29 characters as OpenAI's are, made of the request's number.
enum ReplyIdentifier {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    private static let length = 29
    /// A mixed number has 64 bits, of which ten characters take 60.
    private static let charactersPerWord = 10

    static func text(number: Int) -> String {
        var mixer = NumberMixer(seed: UInt64(truncatingIfNeeded: number))
        var characters: [UInt8] = []
        var word: UInt64 = 0
        for index in 0..<length {
            if index.isMultiple(of: charactersPerWord) { word = mixer.next() }
            characters.append(alphabet[Int(word % 62)])
            word /= 62
        }
        return String(decoding: characters, as: UTF8.self)
    }
}
