/// Ends the program where a rule does not hold: libFuzzer keeps the input.
func require(_ holds: Bool, _ rule: @autoclosure () -> String) {
    if !holds { fatalError("this must hold: \(rule())") }
}

/// Holds a value that was found in the input against the one that the reference has.
@inline(never)
func requireEqual<Value: Equatable>(_ what: String, _ found: Value, _ expected: Value, of input: [UInt8]) {
    require(found == expected, "\(what) \(found) is \(expected): \(shown(input))")
}

/// Bytes to be read by people.
func shown(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self).debugDescription }
