/// What was removed, against the sums that stayed.
extension Invariant {
    static let archives = [
        Invariant("charges of archived requests equal the archives", over: ["archived_sums"], ArchiveChecks.archivedCharges),
        Invariant("archives hold what was removed", over: ["archives"], ArchiveChecks.removed),
    ]
}
