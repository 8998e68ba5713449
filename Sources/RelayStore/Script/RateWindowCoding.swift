import RelayDomain

/// A rate window as bytes: for each mark the time since the mark before it (the first: since 1970), how long it lasted, and its count,
/// each as a little-endian base-128 number. At most some 350 bytes.
enum RateWindowCoding {
    static func encode(_ window: RateWindow, to bytes: inout [UInt8]) {
        var previous: Int64 = 0
        for mark in window.marks {
            write(mark.first - previous, to: &bytes)
            write(mark.last - mark.first, to: &bytes)
            write(mark.count, to: &bytes)
            previous = mark.first
        }
    }

    static func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws -> RateWindow {
        guard !bytes.isEmpty else { return RateWindow() }
        var marks: [RateWindow.Mark] = []
        marks.reserveCapacity(RateWindow.markLimit)
        var at = 0
        var previous: Int64 = 0
        while at < bytes.count {
            guard let gap = read(bytes, &at), let length = read(bytes, &at), let count = read(bytes, &at),
                let first = previous.adding(gap), let last = first.adding(length)
            else { throw StoreFailure(.corrupt, "no rate window of \(bytes.count) bytes") }
            marks.append(RateWindow.Mark(first: first, last: last, count: count))
            previous = first
        }
        return RateWindow(marks: marks)
    }

    private static func write(_ number: Int64, to bytes: inout [UInt8]) {
        var rest = UInt64(bitPattern: number)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func read(_ bytes: UnsafeBufferPointer<UInt8>, _ at: inout Int) -> Int64? {
        var number: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard at < bytes.count else { return nil }
            let byte = bytes[at]
            at += 1
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int64(bitPattern: number) }
        }
        return nil
    }
}

extension Int64 {
    fileprivate func adding(_ other: Int64) -> Int64? {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? nil : sum
    }
}
