// swift-tools-version: 6.2
import PackageDescription

/// The strict half of Swift: one language mode, every warning an error, every import visible where it is used.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")

// Versions are exact: a build of one commit is the same build everywhere.
let package = Package(
    name: "nexrelay",
    products: [
        .executable(name: "nexrelay", targets: ["nexrelay"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        // Libraries of the system.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        // L0: what the relay knows and decides.
        .target(name: "RelayDomain", swiftSettings: strict),
        // L1: bytes, and the ledger's SQL.
        .target(name: "RelayWire", dependencies: ["RelayDomain", "CZlib", "CZstd", nioCore], swiftSettings: strict),
        .target(name: "RelayTokenizer", swiftSettings: strict),
        .target(name: "RelayMetrics", dependencies: [metrics], swiftSettings: strict),
        .target(name: "RelayStore", dependencies: ["RelayDomain", logging, metrics], swiftSettings: strict),
        // L2: sockets, files, pages.
        .target(name: "RelayStoreSQLite", dependencies: ["RelayStore", "RelayDomain", grdb, sqlite, logging], swiftSettings: strict),
        .target(name: "RelayStorePostgres", dependencies: ["RelayStore", "RelayDomain", "CLibPQ", logging], swiftSettings: strict),
        .target(
            name: "RelayGateway",
            dependencies: [
                "RelayDomain", "RelayWire", "RelayTokenizer", "RelayStore", nioCore, nioPosix, nioHTTP1, nioTLS, nioSSL, logging,
                metrics, serviceLifecycle,
            ],
            swiftSettings: strict),
        .target(
            name: "RelayConsole",
            dependencies: [
                "RelayDomain", "RelayStore", "CQREncode", hummingbird, mustache, nioCore, crypto, cryptoExtras, logging, serviceLifecycle,
            ],
            swiftSettings: strict),
        .target(
            name: "RelayPayments",
            dependencies: [
                "RelayDomain", "RelayStore", asyncHTTPClient, nioCore, nioHTTP1, crypto, logging, metrics, serviceLifecycle,
            ],
            swiftSettings: strict),
        .target(
            name: "RelayWebhooks",
            dependencies: [
                "RelayDomain", "RelayWire", "RelayStore", nioCore, nioPosix, nioHTTP1, nioTLS, nioSSL, crypto, logging, metrics,
                serviceLifecycle,
            ],
            swiftSettings: strict),
        .target(
            name: "UpstreamSimulator", dependencies: ["RelayTokenizer", nioCore, nioPosix, nioHTTP1], swiftSettings: strict),
        // L3: the program.
        .executableTarget(
            name: "nexrelay",
            dependencies: [
                "RelayDomain", "RelayWire", "RelayTokenizer", "RelayMetrics", "RelayStore", "RelayStoreSQLite", "RelayStorePostgres",
                "RelayGateway", "RelayConsole", "RelayPayments", "RelayWebhooks", "UpstreamSimulator",
                nioCore, nioPosix, nioHTTP1, logging, metrics, crypto, serviceLifecycle, asyncHTTPClient,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "TokenizerBenchmark", dependencies: ["RelayTokenizer"], path: "Benchmarks/TokenizerBenchmark", swiftSettings: strict),
        .executableTarget(
            name: "BooksBenchmark", dependencies: ["RelayDomain", "RelayStore", "RelayStoreSQLite", "RelayStorePostgres", logging, crypto],
            path: "Benchmarks/BooksBenchmark", swiftSettings: strict),
        .target(
            name: "RelayTestKit",
            dependencies: ["RelayDomain", "RelayTokenizer", "RelayStore", "RelayStoreSQLite", "CZlib", "CZstd", nioSSL, logging],
            path: "Tests/RelayTestKit",
            exclude: ["Chain"],
            swiftSettings: strict),
        .testTarget(name: "RelayTestKitTests", dependencies: ["RelayTestKit"], swiftSettings: strict),
        .target(
            name: "RelaySimulation",
            dependencies: ["RelayDomain", "RelayStore", "RelayStoreSQLite", "RelayTestKit", logging],
            path: "Tests/RelaySimulation",
            swiftSettings: strict),
        .testTarget(name: "RelayDomainTests", dependencies: ["RelayDomain", "RelayTestKit"], swiftSettings: strict),
        .testTarget(name: "RelayWireTests", dependencies: ["RelayWire", "RelayDomain", "RelayTestKit", nioCore], swiftSettings: strict),
        .testTarget(
            name: "RelayTokenizerTests", dependencies: ["RelayTokenizer", "RelayTestKit"], exclude: ["Clients"], swiftSettings: strict),
        .testTarget(name: "RelayMetricsTests", dependencies: ["RelayMetrics", metrics], swiftSettings: strict),
        .testTarget(
            name: "RelayGatewayTests",
            dependencies: [
                "RelayGateway", "RelayWire", "RelayTokenizer", "RelayDomain", "RelayTestKit", nioCore, nioPosix, nioHTTP1, nioSSL,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "RelayStoreTests",
            dependencies: [
                "RelayStore", "RelayStoreSQLite", "RelayStorePostgres", "RelayDomain", "RelayTestKit", "RelaySimulation", logging, grdb,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "RelayPaymentsTests",
            dependencies: [
                "RelayPayments", "RelayDomain", "RelayStore", "RelayStoreSQLite", "RelayStorePostgres", "RelayMetrics", "RelayTestKit",
                asyncHTTPClient, logging, metrics,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "RelayWebhooksTests",
            dependencies: [
                "RelayWebhooks", "RelayDomain", "RelayWire", "RelayStore", "RelayMetrics", "RelayTestKit", nioCore, nioPosix, nioHTTP1,
                nioSSL,
                logging,
                metrics, serviceLifecycle,
            ],
            exclude: ["Clients"], swiftSettings: strict),
        .testTarget(
            name: "RelayConsoleTests",
            dependencies: [
                "RelayConsole", "RelayWire", "RelayDomain", "RelayStore", "RelayStoreSQLite", "RelayTestKit", hummingbird, crypto, logging,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "UpstreamSimulatorTests", dependencies: ["UpstreamSimulator", "RelayTestKit", nioCore, nioPosix, nioHTTP1],
            swiftSettings: strict),
        .testTarget(
            name: "ProgramTests",
            dependencies: ["nexrelay", "RelayDomain", "RelayGateway", "RelayPayments", "RelayStore", "RelayWebhooks"],
            swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "RelayDomain", "RelayTokenizer", "RelayTestKit", asyncHTTPClient, grdb, nioCore, nioPosix, nioHTTP1, nioSSL, crypto,
            ],
            exclude: ["Clients"], swiftSettings: strict),
    ]
)
