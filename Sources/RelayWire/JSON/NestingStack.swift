/// The open arrays and objects of a document, outermost first: one bit each, so it is a plain value of constant size.
struct NestingStack: Hashable, Sendable {
    private(set) var depth = 0
    private var objects: UInt128 = 0

    /// Whether the innermost open container is an object. False when none is open.
    @inline(__always)
    var isObject: Bool { objects & 1 != 0 }

    @inline(__always)
    var isEmpty: Bool { depth == 0 }

    /// - Returns: false, and nothing changes, when ``JSONLimit/depth`` is reached.
    @inline(__always)
    mutating func open(isObject: Bool) -> Bool {
        guard depth < JSONLimit.depth else { return false }
        depth &+= 1
        objects = objects &<< 1 | (isObject ? 1 : 0)
        return true
    }

    @inline(__always)
    mutating func close() {
        depth &-= 1
        objects = objects &>> 1
    }
}
