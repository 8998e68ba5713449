internal import Foundation
internal import LibFuzzer

/// `fuzz --target=NAME [libFuzzer's options, and folders or files of inputs]`. One program for all targets is built and linked once.
@main struct Fuzz {
    private static let option = "--target="

    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = CommandLine.unsafeArgv
        let run: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
        // libFuzzer itself skips options with two dashes.
        switch CommandLine.arguments.first(where: { $0.hasPrefix(option) })?.dropFirst(option.count) {
        case "request": run = { Fuzz.hand($0, $1, to: RequestTarget.run) }
        case "stream": run = { Fuzz.hand($0, $1, to: StreamTarget.run) }
        case "answer": run = { Fuzz.hand($0, $1, to: AnswerTarget.run) }
        case "tokenizer": run = { Fuzz.hand($0, $1, to: TokenizerTarget.run) }
        case "configuration": run = { Fuzz.hand($0, $1, to: ConfigurationTarget.run) }
        default:
            print("usage: fuzz \(option)request|stream|answer|tokenizer|configuration [libFuzzer's options] [folders and files]")
            exit(64)
        }
        exit(LLVMFuzzerRunDriver(&count, &arguments, run))
    }

    private static func hand(_ data: UnsafePointer<UInt8>?, _ size: Int, to run: ([UInt8]) -> Void) -> CInt {
        run(Array(UnsafeBufferPointer(start: data, count: size)))
        return 0
    }
}
