internal import RelayDomain

/// Reads one number byte by byte: the grammar of RFC 8259, section 6, and a token count's value. Constant size, any length of input.
struct NumberScanner: Hashable, Sendable {
    private enum State: UInt8 {
        case start, minus, zero, whole, point, fraction, exponentMark, exponentSign, exponent
    }

    private static let heldDigits: UInt64 = 100_000_000_000_000_000  // 18 digits: far more than a token count has
    private static let exponentLimit = 1_000_000_000

    private var state = State.start
    private var isNegative = false
    private var isExponentNegative = false
    private var mantissa: UInt64 = 0
    /// The power of ten that the mantissa is short of, by the place of the point and by digits that it does not hold.
    private var scale = 0
    private var exponent = 0

    /// Takes the next byte.
    /// - Returns: false where no number goes on with it. Then nothing changed.
    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        if ASCII.isDigit(byte) { return takeDigit(byte &- ASCII.zero) }
        switch (byte, state) {
        case (ASCII.minus, .start):
            isNegative = true
            state = .minus
        case (ASCII.point, .zero), (ASCII.point, .whole):
            state = .point
        case (UInt8(ascii: "e"), .zero), (UInt8(ascii: "e"), .whole), (UInt8(ascii: "e"), .fraction),
            (UInt8(ascii: "E"), .zero), (UInt8(ascii: "E"), .whole), (UInt8(ascii: "E"), .fraction):
            state = .exponentMark
        case (ASCII.plus, .exponentMark):
            state = .exponentSign
        case (ASCII.minus, .exponentMark):
            isExponentNegative = true
            state = .exponentSign
        default:
            return false
        }
        return true
    }

    @inline(__always)
    private mutating func takeDigit(_ digit: UInt8) -> Bool {
        switch state {
        case .start, .minus:
            mantissa = UInt64(digit)
            state = digit == 0 ? .zero : .whole
        case .zero:
            return false
        case .whole:
            if mantissa < Self.heldDigits { mantissa = mantissa &* 10 &+ UInt64(digit) } else { scale &+= 1 }
        case .point, .fraction:
            state = .fraction
            if mantissa < Self.heldDigits {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                scale &-= 1
            }
        case .exponentMark, .exponentSign, .exponent:
            state = .exponent
            if exponent < Self.exponentLimit { exponent = exponent &* 10 &+ Int(digit) }
        }
        return true
    }

    /// Whether nothing but a minus sign was read.
    var isBareMinus: Bool { state == .minus }

    /// Whether the bytes so far are a number that may end here.
    var isComplete: Bool {
        switch state {
        case .zero, .whole, .fraction, .exponent: true
        case .start, .minus, .point, .exponentMark, .exponentSign: false
        }
    }

    /// The value, cut to a whole number.
    /// - Returns: nil where it is incomplete, negative, or above ``TokenLimit/maximum``.
    var tokens: Int64? {
        guard isComplete else { return nil }
        var power = scale + (isExponentNegative ? -exponent : exponent)
        var value = mantissa
        while power < 0, value > 0 {
            value /= 10
            power += 1
        }
        guard value > 0 else { return 0 }
        guard !isNegative else { return nil }
        while power > 0, value <= UInt64(TokenLimit.maximum) {
            value *= 10
            power -= 1
        }
        return value <= UInt64(TokenLimit.maximum) ? Int64(value) : nil
    }
}
