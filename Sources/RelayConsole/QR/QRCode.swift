import CQREncode
import RelayDomain

/// A text as a QR code (ISO/IEC 18004), with error correction M, so that a scratched screen does no harm.
struct QRCode {
    /// Modules that stay light around it.
    private static let quietZone = 4

    /// The modules of a side.
    let side: Int
    /// Row by row; true is dark.
    let modules: [Bool]

    /// - Throws: where the text is longer than a code can be.
    init(_ text: String) throws {
        guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { throw TooLong() }
        defer { QRcode_free(code) }
        let side = Int(code.pointee.width)
        self.side = side
        // Of each module's byte, the lowest bit says whether it is dark.
        modules = (0..<side * side).map { code.pointee.data[$0] & 1 == 1 }
    }

    /// An SVG document, a unit for each module: one path, of a rectangle for each run of dark modules in a row.
    var svg: String {
        let size = side + 2 * Self.quietZone
        var path = ""
        for row in 0..<side {
            var column = 0
            while column < side {
                guard modules[row * side + column] else {
                    column += 1
                    continue
                }
                let start = column
                while column < side, modules[row * side + column] { column += 1 }
                path += "M\(start + Self.quietZone) \(row + Self.quietZone)h\(column - start)v1h-\(column - start)z"
            }
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size) \(size)" shape-rendering="crispEdges">\
            <path fill="#fff" d="M0 0h\(size)v\(size)h-\(size)z"/><path d="\(path)"/></svg>

            """
    }

    private struct TooLong: Error {}
}
