import CLibPQ
import RelayStore

/// A result of libpq's, freed with the value.
final class PostgresResult {
    let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { PQclear(handle) }

    var status: ExecStatusType { PQresultStatus(handle) }
    /// The rows that a statement has changed.
    var changedCount: Int { Int(String(cString: PQcmdTuples(handle))) ?? 0 }
    var rowCount: Int { Int(PQntuples(handle)) }
    /// What the server has done: `COMMIT`, say.
    var tag: String { String(cString: PQcmdStatus(handle)) }

    /// - Throws: ``StoreFailure`` where a column has a type that ``PostgresRow`` does not read.
    func checkColumns() throws {
        for column in 0..<PQnfields(handle) {
            let type = PQftype(handle, column)
            guard PostgresType(oid: type) == nil else { continue }
            throw StoreFailure(.corrupt, "the column \(String(cString: PQfname(handle, column))) has a type that is not read: \(type)")
        }
    }

    /// Hands over each row.
    func forEachRow(_ body: (any SQLRow) throws -> Void) throws {
        for row in 0..<PQntuples(handle) { try body(PostgresRow(result: handle, row: row)) }
    }

    /// The types of a described statement's parameters.
    func parameterTypes(of sql: String) throws -> [PostgresType] {
        try (0..<PQnparams(handle)).map { parameter in
            let type = PQparamtype(handle, parameter)
            guard let known = PostgresType(oid: type) else {
                throw StoreFailure(.corrupt, "$\(parameter + 1) has a type that is not written: \(type), in \(sql)")
            }
            return known
        }
    }
}

/// A row in the binary format.
struct PostgresRow: SQLRow {
    let result: OpaquePointer
    let row: CInt

    func integer(_ column: Int) -> Int64 {
        let value = UnsafeRawBufferPointer(bytes(column))
        return switch value.count {
        case 8: Int64(bigEndian: value.loadUnaligned(as: Int64.self))
        case 4: Int64(Int32(bigEndian: value.loadUnaligned(as: Int32.self)))
        case 2: Int64(Int16(bigEndian: value.loadUnaligned(as: Int16.self)))
        case 1: Int64(value[0])
        default: 0
        }
    }

    func bytes(_ column: Int) -> UnsafeBufferPointer<UInt8> {
        let count = Int(PQgetlength(result, row, CInt(column)))
        let start = PQgetvalue(result, row, CInt(column)).map { UnsafeRawPointer($0).assumingMemoryBound(to: UInt8.self) }
        return UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)
    }

    func isNull(_ column: Int) -> Bool { PQgetisnull(result, row, CInt(column)) != 0 }
}
