import Foundation
import Glibc

/// The installed PostgreSQL, and the user as whom it can run.
struct PostgresInstallation: Sendable {
    private struct User {
        let id: uid_t
        let group: gid_t
    }

    /// Debian's place for each version's binaries, which are not in PATH.
    private static let versions = "/usr/lib/postgresql"

    private let binaries: String
    /// Nil where it is the user of this process. PostgreSQL refuses to run as root.
    private let user: User?

    static func newest() throws -> PostgresInstallation {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: versions)) ?? []
        let newest = versions.compactMap(Int.init).sorted(by: >).map { "\(Self.versions)/\($0)/bin" }.first {
            FileManager.default.isExecutableFile(atPath: $0 + "/postgres")
        }
        guard let newest else { throw TestKitFailure("there is no PostgreSQL server in \(Self.versions): `make setup` installs it") }
        guard getuid() == 0 else { return PostgresInstallation(binaries: newest, user: nil) }
        guard let nobody = getpwnam("nobody") else {
            throw TestKitFailure("there is no user `nobody`, and PostgreSQL does not run as root")
        }
        return PostgresInstallation(binaries: newest, user: User(id: nobody.pointee.pw_uid, group: nobody.pointee.pw_gid))
    }

    func path(_ program: String) -> String { "\(binaries)/\(program)" }

    /// A folder that this user owns. Always in /tmp: `TMPDIR` may be long, and closed to other users.
    func makeFolder() throws -> String {
        var template = Array("/tmp/nexrelay-pg-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestKitFailure("no folder in /tmp: \(String(cString: strerror(errno)))") }
        let folder = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        if let user, chown(folder, user.id, user.group) != 0 { throw TestKitFailure("\(folder) cannot be given to `nobody`") }
        return folder
    }

    /// A program as that user, in a session of its own, so that no Ctrl-C meets it.
    /// - Parameters:
    ///   - folder: where it runs: that user may not see the one where the tests do.
    ///   - signal: what it gets when the thread ends that starts it.
    func command(_ program: String, _ arguments: [String], in folder: String, endedBy signal: String) -> [String] {
        command(at: path(program), arguments, in: folder, endedBy: signal)
    }

    /// - Parameter path: of a program that is not PostgreSQL's.
    func command(at path: String, _ arguments: [String], in folder: String, endedBy signal: String) -> [String] {
        var command = ["/usr/bin/env", "--chdir=\(folder)", "/usr/bin/setsid", "/usr/bin/setpriv", "--pdeathsig=\(signal)"]
        if let user { command += ["--reuid=\(user.id)", "--regid=\(user.group)", "--clear-groups"] }
        return command + [path] + arguments
    }
}
