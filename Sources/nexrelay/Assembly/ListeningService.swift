import Glibc
import NIOCore
import ServiceLifecycle

/// A service that listens, and says in plain words when it cannot.
struct ListeningService: Service, CustomStringConvertible {
    private let service: any Service
    private let address: String
    private let setting: String

    /// - Parameter setting: where another port can be chosen.
    init(_ service: any Service, at host: String, _ port: Int, setting: String) {
        self.service = service
        address = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        self.setting = setting
    }

    var description: String { "listener at \(address)" }

    func run() async throws {
        do {
            try await service.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw CommandFailure("\(address) is taken by another program; choose another `\(setting)`")
        } catch let error as IOError where error.errnoCode == EACCES {
            throw CommandFailure("\(address) may not be listened on: \(error.localizedReason); choose another `\(setting)`")
        } catch let error as IOError where error.errnoCode == EADDRNOTAVAIL {
            throw CommandFailure("\(address) is no address of this machine")
        }
    }
}

extension IOError {
    /// The system's own words for it.
    fileprivate var localizedReason: String { String(cString: strerror(errnoCode)) }
}
