import Hummingbird
import Logging
import NIOCore
import RelayDomain
import RelayStore

/// Statements that are sent as they are read: however long they are, a page of entries is in memory.
extension Response {
    static func statement(
        _ document: StatementDocument, entries: (StatementPeriod) -> StatementEntries, logger: Logger
    ) -> Response {
        var headers: HTTPFields = [:]
        headers[.contentType] = "application/json"
        headers[.cacheControl] = "no-store"
        let entries = entries(document.period)
        let body = statementBody(document, logger) { writer in
            try await writer.write(ByteBuffer(string: StatementView.head(of: document).jsonText.dropLast() + ",\"entries\":["))
            var entries = entries
            var separator = ""
            while let next = try await entries.next() {
                guard !next.isEmpty else { continue }
                let text = next.map { StatementView.entry($0).jsonText }.joined(separator: ",")
                try await writer.write(ByteBuffer(string: separator + text))
                separator = ","
            }
            try await writer.write(ByteBuffer(string: "]}"))
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    static func statementSheet(
        _ document: StatementDocument, entries: (StatementPeriod) -> StatementEntries, logger: Logger
    ) -> Response {
        var headers: HTTPFields = [:]
        headers[.contentType] = "text/csv; charset=utf-8; header=present"
        headers[.contentDisposition] = "attachment; filename=\"\(document.fileName).csv\""
        headers[.cacheControl] = "no-store"
        headers[.contentTypeOptions] = "nosniff"
        let entries = entries(document.period)
        let body = statementBody(document, logger) { writer in
            try await writer.write(ByteBuffer(string: StatementSheet.head(of: document)))
            var entries = entries
            while let next = try await entries.next() {
                guard !next.isEmpty else { continue }
                try await writer.write(ByteBuffer(string: next.map { StatementSheet.row(of: $0) }.joined()))
            }
            try await writer.write(ByteBuffer(string: StatementSheet.end(of: document)))
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    /// What cannot be finished is broken off, so that nobody takes it for the whole.
    private static func statementBody(
        _ document: StatementDocument, _ logger: Logger,
        write: @escaping @Sendable @concurrent (inout any ResponseBodyWriter) async throws -> Void
    ) -> ResponseBody {
        ResponseBody { writer in
            do {
                try await write(&writer)
            } catch {
                let isFault = error is StatementFault || error is StoreFailure
                logger.log(
                    level: isFault ? .error : .info, "a statement was broken off",
                    metadata: [
                        "account": "\(document.account.id)", "month": "\(document.period.month)", "cause": "\(error)",
                    ])
                throw error
            }
            try await writer.finish(nil)
        }
    }
}

extension HTTPFields.Element.Name {
    static let contentTypeOptions = Self("x-content-type-options")!
}
