import RelayStore

/// Parameters in PostgreSQL's binary format: of one run, or of many runs as an array for each parameter. Its memory is used again.
struct BinaryParameters {
    private var row = SQLParameters()
    private var bytes: [UInt8] = []
    /// Where each value lies in ``bytes``; nil for null.
    private var slots: [Range<Int>?] = []
    private var columns: [[UInt8]] = []
    private var pointers: [UnsafePointer<CChar>?] = []
    private var lengths: [CInt] = []
    private var formats: [CInt] = []

    /// Takes the parameters of one run.
    mutating func fill(_ statement: PreparedStatement, by bind: (inout SQLParameters) -> Void) throws {
        try take(statement, bind)
        bytes.removeAll(keepingCapacity: bytes.count <= Self.keptBytes)
        // Some address is needed even where every value is empty.
        bytes.append(0)
        slots.removeAll(keepingCapacity: true)
        for index in statement.types.indices {
            let start = bytes.count
            let isPresent = try append(index, of: statement, to: &bytes)
            slots.append(isPresent ? start..<bytes.count : nil)
        }
    }

    /// Takes the parameters of many runs as arrays.
    mutating func fill(_ statement: PreparedStatement, count: Int, by bind: (Int, inout SQLParameters) -> Void) throws {
        while columns.count < statement.types.count { columns.append([]) }
        for index in statement.types.indices { beginArray(index, of: statement.types[index], count: count) }
        for run in 0..<count {
            try take(statement) { bind(run, &$0) }
            for index in statement.types.indices {
                let length = columns[index].count
                columns[index].append(bigEndian: Int32(-1))
                if try append(index, of: statement, to: &columns[index]) {
                    columns[index].put(bigEndian: Int32(columns[index].count - length - 4), at: length)
                } else {
                    columns[index].put(bigEndian: Int32(1), at: Self.hasNulls)
                }
            }
        }
        bytes.removeAll(keepingCapacity: bytes.count <= Self.keptBytes)
        slots.removeAll(keepingCapacity: true)
        for column in columns.prefix(statement.types.count) {
            slots.append(bytes.count..<bytes.count + column.count)
            bytes += column
        }
    }

    /// A batch of large answers is no reason to keep as much memory for ever.
    private static let keptBytes = 1 << 20
    /// Where an array's header says whether it has nulls.
    private static let hasNulls = 4

    /// `array_recv`: dimensions, whether there are nulls, the elements' type, their number, the first one's.
    private mutating func beginArray(_ index: Int, of type: PostgresType, count: Int) {
        columns[index].removeAll(keepingCapacity: columns[index].count <= Self.keptBytes)
        for field in [1, 0, Int32(type.rawValue), Int32(count), 1] { columns[index].append(bigEndian: field) }
    }

    private mutating func take(_ statement: PreparedStatement, _ bind: (inout SQLParameters) -> Void) throws {
        row.removeAll()
        bind(&row)
        guard row.values.count == statement.types.count else {
            throw StoreFailure(.corrupt, "\(row.values.count) parameters for \(statement.types.count) in \(statement.sql)")
        }
    }

    /// - Returns: false for null, of which nothing is written.
    private func append(_ index: Int, of statement: PreparedStatement, to target: inout [UInt8]) throws -> Bool {
        switch (row.values[index], statement.types[index]) {
        case (.null, _): return false
        case (.integer(let value), .int8): target.append(bigEndian: value)
        case (.integer(let value), .int4): target.append(bigEndian: try narrowed(value, Int32.self, index, statement))
        case (.integer(let value), .int2): target.append(bigEndian: try narrowed(value, Int16.self, index, statement))
        case (.integer(let value), .bool): target.append(value == 0 ? 0 : 1)
        case (.text(let range), .text), (.text(let range), .varchar), (.blob(let range), .bytea): target += row.bytes[range]
        default: throw unfit(index, statement)
        }
        return true
    }

    private func narrowed<T: FixedWidthInteger>(_ value: Int64, _: T.Type, _ index: Int, _ statement: PreparedStatement) throws -> T {
        guard let narrow = T(exactly: value) else { throw unfit(index, statement) }
        return narrow
    }

    private func unfit(_ index: Int, _ statement: PreparedStatement) -> StoreFailure {
        StoreFailure(.corrupt, "$\(index + 1) does not fit into \(statement.types[index].name), in \(statement.sql)")
    }

    /// Hands over what libpq wants to have.
    mutating func withPointers<T>(
        _ body: (CInt, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<CInt>?, UnsafePointer<CInt>?) -> T
    ) -> T {
        pointers.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        while formats.count < slots.count { formats.append(1) }
        return bytes.withUnsafeBytes { buffer in
            for slot in slots {
                pointers.append(slot.map { (buffer.baseAddress! + $0.lowerBound).assumingMemoryBound(to: CChar.self) })
                lengths.append(CInt(slot?.count ?? 0))
            }
            return body(CInt(slots.count), pointers, lengths, formats)
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func put(bigEndian value: some FixedWidthInteger, at position: Int) {
        Swift.withUnsafeBytes(of: value.bigEndian) { bytes in
            for (index, byte) in bytes.enumerated() { self[position + index] = byte }
        }
    }
}
