import RelayDomain

/// How the writer's session is set up, whatever the server's defaults are.
enum WriterSettings {
    static func sql(version: Int, _ lease: LeaseTimes) -> String {
        // From 17 on, a limit for whole transactions.
        common + limits(lease) + (version >= 170_000 ? "SET transaction_timeout = '\(lease.transactionMilliseconds)ms';" : "")
    }

    /// - Every statement goes by a key. Over arrays, whose length the planner does not know, and while a table is new and small, it would
    ///   rather read the whole table, and keep to that plan while the table grows. So only paths by index are left to it, and one plan is
    ///   made for a statement and kept.
    /// - What no index serves, a table of a few rows, costs so much then that the server would compile each such statement before it runs it.
    /// - What is committed is on the server's disk, also where the server's default is to be quick.
    /// - A client whose network is gone is noticed by the server too.
    private static let common = """
        SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET plan_cache_mode = force_generic_plan;
        SET jit = off;
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
        SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 10000;

        """

    /// Who waits for a row waits longer than an idle transaction may last. A relay whose process is stopped within one (`SIGSTOP`, a machine
    /// that sleeps) holds the rows of its wallets, and between two statements nothing but the relay's own work takes time. And who waits
    /// gives up, and has committed again, before its own lease runs out.
    private static func limits(_ lease: LeaseTimes) -> String {
        """
        SET idle_in_transaction_session_timeout = '\(lease.idleMilliseconds)ms'; SET lock_timeout = '\(lease.lockMilliseconds)ms';
        SET statement_timeout = '\(lease.statementMilliseconds)ms';

        """
    }
}
