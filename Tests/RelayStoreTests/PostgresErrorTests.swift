import RelayStore
import Testing

@testable import RelayStorePostgres

/// What an error of the server means for who asked: `errcodes.txt` of PostgreSQL names them all.
@Suite struct PostgresErrorTests {
    @Test(
        "A SQLSTATE tells whether the same will be refused again, whether something is damaged, or whether it may pass",
        arguments: [
            // Two rows where one must be, a value that does not fit, a text with a zero byte, each constraint, a row too large for an index.
            ("21000", .constraint), ("22003", .constraint), ("22021", .constraint), ("23502", .constraint), ("23505", .constraint),
            ("23514", .constraint), ("54000", .constraint),
            // A damaged page, a damaged index; what the server did not expect may pass.
            ("XX001", .corrupt), ("XX002", .corrupt), ("XX000", .unavailable),
            // In another transaction's way; full; going down; a replica; a lost connection.
            ("40001", .unavailable), ("40P01", .unavailable), ("55P03", .locked), ("53100", .unavailable), ("53200", .unavailable),
            ("57P01", .unavailable), ("57014", .unavailable), ("25006", .unavailable), ("08006", .unavailable), ("58030", .unavailable),
            (nil, .unavailable), ("", .unavailable),
        ] as [(String?, StoreFailure.Kind)])
    func kinds(sqlState: String?, kind: StoreFailure.Kind) {
        #expect(PostgresError.kind(of: sqlState) == kind)
    }
}
