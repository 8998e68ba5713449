import ArgumentParser
import Logging

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the relay. SIGTERM drains and stops it, SIGHUP reloads upstreams, models, plans and the certificate.")

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let file = configuration.path
        let variables = ConfigurationOptions.variables
        let (settings, warnings) = try SettingsLoader.load(file: file, variables: variables)
        LogfmtHandler.install(level: settings.logLevel)
        let logger = Logger(label: "nexrelay")
        for warning in warnings { logger.warning("\(warning)") }
        let assembly = try await Assembly(settings, variables: variables)
        let isJSON = output.isJSON
        do {
            let reload: @Sendable () throws -> Settings = { try SettingsLoader.load(file: file, variables: variables).settings }
            try await assembly.serve(hangup: .reload, reload: reload) { endpoints in
                let addresses: Logger.Metadata = [
                    "public": "\(settings.publicListener.url(port: endpoints.publicPort))",
                    "admin": "http://\(settings.admin.host):\(endpoints.adminPort)",
                ]
                logger.notice("ready", metadata: addresses)
                guard isJSON else { return }
                let value: JSONValue = [
                    "public": [
                        "host": .string(settings.publicListener.host), "port": JSONValue(endpoints.publicPort),
                        "url": .string(settings.publicListener.url(port: endpoints.publicPort)),
                    ],
                    "admin": ["host": .string(settings.admin.host), "port": JSONValue(endpoints.adminPort)],
                ]
                StandardOutput.print(value.json)
            }
        } catch {
            await assembly.close()
            throw error
        }
        await assembly.close()
    }
}
