/// Which node holds what.
///
/// Holds of a node that has just gone are as they should be: another node ends them within seconds. So a finding takes a minute, and
/// somebody who has lived for as long and did not do it.
extension Invariant {
    private static let sharedClock =
        "(CASE WHEN $1::bigint IS NULL THEN NULL ELSE (extract(epoch FROM clock_timestamp()) * 1000)::bigint END)"

    static let nodes = [
        Invariant(
            "each open hold belongs to a node", over: ["holds"], postgres: holds(clock: sharedClock), isTimed: true, holds(clock: "$1")),
        Invariant(
            "leases are as they should be", over: ["nodes"], postgres: overdue, isTimed: true,
            // One process owns the file.
            """
            SELECT 'epoch ' || epoch || ' of ' || name || ': lives beside a later one' AS finding FROM nodes
            WHERE state = 'living' AND epoch < (SELECT max(epoch) FROM nodes) AND $1 IS NOT NULL
            """),
    ]

    private static func holds(clock: String) -> String {
        """
        SELECT h.request || ': held under epoch ' || h.epoch || ', ' || coalesce(n.state, 'which nobody has') AS finding FROM holds h
        LEFT JOIN nodes n ON n.epoch = h.epoch
        WHERE (n.epoch IS NULL AND h.epoch <> 0)
          OR ((n.epoch IS NULL OR (n.state = 'gone' AND n.lease_until < \(clock) - 60000))
            AND EXISTS (SELECT 1 FROM nodes AS others WHERE others.state = 'living' AND others.started_at < \(clock) - 60000))
        """
    }

    /// A lease that ran out, while another lives that would have ended it. After an outage of the database every lease has run out, and
    /// whoever is back first gives the others time.
    private static let overdue = """
        SELECT 'epoch ' || n.epoch || ' of ' || n.name || ': lives ' || (\(sharedClock) - n.lease_until) / 1000 || ' s after its lease'
          AS finding FROM nodes n
        WHERE n.state = 'living' AND n.lease_until < \(sharedClock) - 300000
          AND pg_postmaster_start_time() < clock_timestamp() - interval '5 minutes'
          AND EXISTS (SELECT 1 FROM nodes AS others WHERE others.state = 'living' AND others.lease_until > \(sharedClock)
            AND others.started_at < \(sharedClock) - 300000)
        """
}
