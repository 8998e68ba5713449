import RelayDomain
import Testing

@Suite("An upstream's usage export")
struct UpstreamUsageTests {
    private static let header = "date,upstream,model,input_tokens,cached_tokens,output_tokens\n"
    private static func group(_ day: String, _ upstream: String = "openai", _ model: String = "gpt-5.2") -> UpstreamUsageGroup {
        UpstreamUsageGroup(day: Timestamp(dayText: day)!.day, upstream: upstream, model: model)
    }

    @Test("Lines of one day, upstream and model are added up; the days run from the first to the last")
    func sums() throws {
        let report = try UpstreamUsageReport(
            csv: Self.header + "2026-11-23,openai,gpt-5.2,100,40,7\n2026-11-21,other,\"gpt,\"\"x\",5,0,0\n2026-11-23,openai,gpt-5.2,1,1,1\n"
        )
        #expect(report.groups[Self.group("2026-11-23")] == UpstreamTokens(input: 101, cached: 41, output: 8))
        #expect(report.groups[Self.group("2026-11-21", "other", "gpt,\"x")] == UpstreamTokens(input: 5))
        #expect(report.upstreams == ["openai", "other"])
        #expect(report.days == Timestamp(dayText: "2026-11-21")!.day...Timestamp(dayText: "2026-11-23")!.day)
    }

    @Test("Columns in any order, spaces, empty lines, a byte order mark and the line ends of other systems are read")
    func lenient() throws {
        let text = "\u{FEFF}Model, upstream,date,output_tokens,cached_tokens,input_tokens\r\n\r\ngpt-5.2, openai ,2026-11-23,3,2,9\r\n"
        #expect(try UpstreamUsageReport(csv: text).groups == [Self.group("2026-11-23"): UpstreamTokens(input: 9, cached: 2, output: 3)])
        #expect(try UpstreamUsageReport(csv: Self.header).groups.isEmpty)
        #expect(try UpstreamUsageReport(csv: Self.header).days == nil)
    }

    @Test(
        "What cannot be read is named by its line",
        arguments: [
            ("", 1), ("2026-11-23,openai,gpt-5.2,1,0,1\n", 1), ("date,upstream,model,input_tokens,cached_tokens\n", 1),
            ("date,upstream,model,input_tokens,cached_tokens,output_tokens,cost\n", 1),
            (header + "2026-11-23,openai,gpt-5.2,1,0,1\n2026-11-23,openai,gpt-5.2,1,0\n", 3),
            (header + "\n\n2026-11-31,openai,gpt-5.2,1,0,1\n", 4), (header + "23.11.2026,openai,gpt-5.2,1,0,1\n", 2),
            (header + "2026-11-23,,gpt-5.2,1,0,1\n", 2), (header + "2026-11-23,openai,,1,0,1\n", 2),
            (header + "2026-11-23,openai,gpt-5.2,-1,0,1\n", 2), (header + "2026-11-23,openai,gpt-5.2,1.5,0,1\n", 2),
            (header + "2026-11-23,openai,gpt-5.2,1,2,1\n", 2), (header + "2026-11-23,openai,gpt-5.2,99999999999999,0,1\n", 2),
            (header + "2026-11-23,openai,\"gpt-5.2,1,0,1\n", 2),
        ])
    func faults(text: String, line: Int) {
        do throws(UpstreamUsageReport.Fault) {
            _ = try UpstreamUsageReport(csv: text)
            Issue.record("it was read")
        } catch {
            #expect(error.line == line && error.description.hasPrefix("line \(line): "))
        }
    }

    @Test("A drift costs what its tokens cost, cached ones at their own price, in either direction")
    func cost() {
        let tokens = UpstreamTokens(input: 150_000, cached: 50_000, output: 20_000)
        #expect(tokens.cost(at: .standard) == Credits(125_000))
        let less = UpstreamDrift(
            group: Self.group("2026-11-23"), relay: tokens, upstream: UpstreamTokens(input: 150_000, cached: 50_000), prices: .standard)
        #expect(less.cost == Credits(-20_000) && less.cost.usd == "-0.02")
        #expect((UpstreamTokens(input: 1, cached: 1) - UpstreamTokens()).cost(at: .standard) == Credits(thousandths: 100))
    }
}
