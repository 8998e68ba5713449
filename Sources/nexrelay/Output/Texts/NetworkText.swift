/// Networks as a person reads them.
enum NetworkText {
    static func list(_ networks: JSONValue) -> String {
        ListText.table(
            networks, ["NETWORK", ">ADDRESSES", ">CURSOR", ">FINAL", ">HEAD", ">LAG", "SCANNER", ">SILENT", ">BALANCE", ">BOOKS"]
        ) { network in
            let isWatched = network["watched"].isTrue
            let scanner = isWatched ? network["scanner"].text : network["offered"].isTrue ? "by hand" : "not configured"
            return [network["network"].text, "\(network["addresses"].items.count)"]
                + ["cursor", "final", "head", "lag"].map { network[$0].text }
                + [scanner, seconds(network["silent_seconds"])]
                + ["balance", "expected_balance"].map { network[$0].text }
        }
    }

    private static func seconds(_ value: JSONValue) -> String { value == .null ? "-" : "\(value.text)s" }
}
