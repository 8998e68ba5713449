import Foundation

/// The process' memory, in MiB.
enum Memory {
    /// Has the kernel begin its peak anew.
    /// - Returns: what is in memory now.
    static func forgetPeak() -> Double {
        try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
        return read("VmRSS")
    }

    /// - Parameter name: `VmRSS`, or `VmHWM` for the peak.
    static func read(_ name: String) -> Double {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") } ?? ""
        let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
        return (kibibytes ?? 0) / 1_024
    }
}
