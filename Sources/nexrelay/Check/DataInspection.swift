import Foundation
import RelayStore
import RelayStorePostgres

/// Looks at the data directory: the secrets and their modes, the database's file and the room for it to grow.
struct DataInspection {
    /// How every SQLite database begins (https://sqlite.org/fileformat.html, 1.3).
    private static let databaseHeader = Data("SQLite format 3\0".utf8)
    private static let leastFreeBytes = 100 << 20

    let settings: Settings
    let variables: [String: String]

    var findings: [Inspection.Finding] {
        let directory = DataDirectory(path: settings.dataDirectory)
        var findings = directory.secrets.map { secret in
            // The token in the environment takes the place of its file.
            if secret.path == directory.token.path, variables[DataDirectory.tokenVariable] != nil {
                return finding("admin.token") {
                    _ = try directory.adminToken(variables: variables)
                    return DataDirectory.tokenVariable
                }
            }
            return finding(secret.path.split(separator: "/").last.map(String.init) ?? secret.path) {
                _ = try secret.read()
                if secret.isOpenToOthers { throw CommandFailure("others may read \(secret.path); `chmod 600` it") }
                return secret.path
            }
        }
        findings.append(finding("database") { try database() })
        return findings
    }

    private func database() throws -> String {
        switch settings.database {
        case .sqlite(let path): return try file(at: path)
        case .postgres(let url):
            do {
                return "\(settings.database): \(try PostgresStore.inspect(url: url))"
            } catch let failure as StoreFailure {
                throw CommandFailure("\(settings.database): \(failure.message)")
            }
        }
    }

    private func file(at path: String) throws -> String {
        let directory = FilePath.directory(of: path)
        guard FileManager.default.isWritableFile(atPath: directory) else { throw CommandFailure("\(directory) cannot be written") }
        if let free = freeBytes(directory), free < Self.leastFreeBytes {
            throw CommandFailure("only \(free >> 20) MiB are free in \(directory)")
        }
        guard FileManager.default.fileExists(atPath: path) else { return "\(path) will be created" }
        guard let file = FileHandle(forReadingAtPath: path), FileManager.default.isWritableFile(atPath: path) else {
            throw CommandFailure("\(path) cannot be opened")
        }
        defer { try? file.close() }
        let header = try file.read(upToCount: Self.databaseHeader.count) ?? Data()
        // A database that was only just created is empty.
        guard header.isEmpty || header == Self.databaseHeader else { throw CommandFailure("\(path) is no SQLite database") }
        return path
    }

    private func freeBytes(_ directory: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: directory)
        return (attributes?[.systemFreeSize] as? NSNumber)?.intValue
    }

    private func finding(_ name: String, _ look: () throws -> String) -> Inspection.Finding {
        do {
            return Inspection.Finding(name: name, isOK: true, detail: try look())
        } catch {
            return Inspection.Finding(name: name, isOK: false, detail: "\(error)")
        }
    }
}
