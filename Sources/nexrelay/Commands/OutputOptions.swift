import ArgumentParser

/// What every command takes.
struct OutputOptions: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print one JSON document.")
    var isJSON = false
}
