import Foundation
import Testing

@testable import RelayConsole

/// Source: WCAG 2.2, success criteria 1.4.3 and 1.4.11, and its definitions of relative luminance and contrast ratio.
@Suite("The style sheet's colours")
struct ContrastTests {
    /// Light, dark, print: every block of `:root` in its order.
    private static var palettes: [[String: [Double]]] {
        PageStyle.text.components(separatedBy: ":root {").dropFirst().map { block in
            var colours: [String: [Double]] = [:]
            for declaration in block.components(separatedBy: "}")[0].components(separatedBy: ";") {
                let parts = declaration.split(separator: ":").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
                guard parts.count == 2, parts[0].hasPrefix("--"), parts[1].hasPrefix("#") else { continue }
                var digits = String(parts[1].dropFirst())
                if digits.count == 3 { digits = digits.map { "\($0)\($0)" }.joined() }
                let number = Int(digits, radix: 16)!
                colours[parts[0]] = [16, 8, 0].map { Double(number >> $0 & 0xFF) / 255 }
            }
            return colours
        }
    }

    private static func luminance(_ colour: [Double]) -> Double {
        let linear = colour.map { $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4) }
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    private static func contrast(_ a: [Double], _ b: [Double]) -> Double {
        let (a, b) = (luminance(a), luminance(b))
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    @Test("Whatever is written can be read on whatever it stands on, in light, in the dark, and on paper")
    func contrast() throws {
        #expect(abs(Self.contrast([0, 0, 0], [1, 1, 1]) - 21) < 0.001)
        let palettes = Self.palettes
        #expect(palettes.count == 3)
        let written = ["--ink", "--soft", "--accent", "--good", "--bad", "--fair"]
        let pairs = written.flatMap { [($0, "--paper"), ($0, "--band")] } + [("--on-accent", "--accent")]
        for (index, palette) in palettes.enumerated() {
            for (front, back) in pairs {
                let ratio = Self.contrast(try #require(palette[front]), try #require(palette[back]))
                #expect(ratio >= 4.5, "palette \(index): \(front) on \(back) is \(ratio)")
            }
        }
    }

    @Test("No rule has a colour of its own, so that no pair escapes")
    func names() {
        let rules = PageStyle.text.components(separatedBy: ":root {").map {
            $0.components(separatedBy: "}").dropFirst().joined(separator: "}")
        }
        for rule in rules { #expect(rule.firstMatch(of: /#[0-9a-fA-F]{3,8}\b|rgb|hsl/) == nil) }
    }
}
