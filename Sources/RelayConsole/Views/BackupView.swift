import RelayDomain
import RelayStore

/// `{"path","at","bytes","seconds"}`
struct BackupView {
    let copy: BackupCopy
    /// When it was begun, and ended.
    let at: Timestamp
    let end: Timestamp

    var json: JSONValue {
        [
            "path": .string(copy.path),
            "at": .time(at),
            "bytes": .integer(copy.bytes),
            "seconds": .decimal(end.milliseconds - at.milliseconds, decimals: 3),
        ]
    }
}
