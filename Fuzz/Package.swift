// swift-tools-version: 6.2
import PackageDescription

// A package of its own, which compiles only what it looks into: the relay's sources, not its servers and databases. `Project` is a link
// to the project's sources. Flags and versions are those of the project's Package.swift; `scripts/check` compares the versions.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
]

/// Counts which branches run, watches the memory, and keeps assertions although the code is optimised.
let watched: [SwiftSetting] =
    strict + [.unsafeFlags(["-sanitize=fuzzer,address", "-enable-testing", "-assert-config", "Debug"])]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "fuzz",
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        .target(name: "RelayDomain", path: "Project/RelayDomain", swiftSettings: watched),
        .systemLibrary(name: "CZlib", path: "Project/CZlib", pkgConfig: "zlib"),
        .systemLibrary(name: "CZstd", path: "Project/CZstd", pkgConfig: "libzstd"),
        .target(
            name: "RelayWire", dependencies: ["RelayDomain", "CZlib", "CZstd", nioCore], path: "Project/RelayWire", swiftSettings: watched),
        .target(name: "RelayTokenizer", path: "Project/RelayTokenizer", swiftSettings: watched),
        // Only what the settings are made of.
        .target(
            name: "RelayGateway", dependencies: ["RelayDomain"], path: "Project/RelayGateway", sources: ["Configuration"],
            swiftSettings: watched),
        .target(
            name: "nexrelay", dependencies: ["RelayDomain", "RelayGateway", logging, yams], path: "Project/nexrelay",
            sources: ["Settings", "Output/CommandFailure.swift"], swiftSettings: watched),
        .systemLibrary(name: "LibFuzzer", path: "LibFuzzer"),
        .executableTarget(
            name: "fuzz", dependencies: ["LibFuzzer", "RelayDomain", "RelayWire", "RelayTokenizer", "RelayGateway", "nexrelay", nioCore],
            path: "Sources/Fuzz", swiftSettings: strict + [.unsafeFlags(["-sanitize=address", "-enable-testing"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]),
    ]
)
