// swift-tools-version: 6.2
import PackageDescription

// Imports are internal unless said otherwise, so that a module's public face shows what it depends on.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let flyingFox: Target.Dependency = .product(name: "FlyingFox", package: "FlyingFox")
let flyingSocks: Target.Dependency = .product(name: "FlyingSocks", package: "FlyingFox")

/// One module of the graph: where it lies and the only modules it may import. Arrows point downwards.
func module(
    _ name: String, at path: String, imports: [Target.Dependency] = [], exclude: [String] = [],
    resources: [Resource] = []
) -> Target {
    .target(
        name: name, dependencies: imports, path: path, exclude: exclude, resources: resources, swiftSettings: strict)
}

/// The tests of one module, or of one property that crosses modules.
func tests(_ name: String, of subjects: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: subjects, path: "Tests/\(name)", swiftSettings: strict)
}

/// What `make fuzz` links with libFuzzer, which brings the main function: nothing else could link it.
let fuzz: [Target] =
    Context.environment["SEXTANT_FUZZ"] == nil
    ? [] : [.executableTarget(name: "fuzz", dependencies: ["Intake"], path: "Tests/Fuzz", swiftSettings: strict)]

let package = Package(
    name: "sextant",
    products: [
        .executable(name: "sextant", targets: ["sextant"]),
        .executable(name: "benchmarks", targets: ["benchmarks"]),
        .library(name: "Gym", targets: ["Gym"]),
        .library(name: "Learning", targets: ["Learning"]),
        .library(name: "Exchange", targets: ["Exchange"]),
        .library(name: "Samples", targets: ["Samples"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    ],
    targets: [
        module("Gym", at: "Sources/Gym"),
        module("Learning", at: "Sources/Learning"),
        module("Files", at: "Sources/Files", imports: ["Gym", yams]),
        module("Wire", at: "Sources/Wire", imports: ["Gym", protobuf], exclude: ["sextant.proto"]),
        .systemLibrary(name: "CZeroMQ", path: "Sources/CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
        module("Exchange", at: "Sources/Exchange", imports: ["Gym", "Wire", "CZeroMQ"]),
        module("Samples", at: "Sources/Samples", imports: ["Gym", grdb, sqlite]),
        module("Proxies", at: "Sources/Proxies", imports: ["Gym", "Learning"]),
        module("Studies", at: "Sources/Studies", imports: ["Gym", "Learning", "Files"]),
        module(
            "Reports", at: "Sources/Reports",
            imports: ["Gym", "Learning", "Samples", "Studies", flyingFox, flyingSocks],
            resources: [.embedInCode("Page/page.css"), .embedInCode("Page/page.js")]),
        module(
            "Environments", at: "Environments", imports: ["Gym", "Files"],
            resources: ["ds3-16", "ds3-8", "three", "radio", "topcuoglu", "farsi"].map {
                .embedInCode("SoC/Profiles/\($0).yaml")
            }),
        module("Agents", at: "Agents", imports: ["Gym", "Learning"]),
        .executableTarget(
            name: "sextant",
            dependencies: [
                "Gym", "Learning", "Files", "Wire", "Exchange", "Samples", "Proxies", "Studies", "Reports",
                "Environments", "Agents", arguments,
            ],
            path: "Sources/sextant", swiftSettings: strict),
        .target(
            name: "Relay", path: "Benchmarks/Relay",
            linkerSettings: [.linkedLibrary("zmq"), .linkedLibrary("sqlite3")]),
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "Gym", "Learning", "Files", "Wire", "Exchange", "Samples", "Proxies", "Studies", "Reports",
                "Environments", "Agents", "Relay", sqlite,
            ],
            path: "Benchmarks", exclude: ["Relay", "README.md", "python"], swiftSettings: strict),
        tests("GymTests", of: ["Gym"]),
        tests("LearningTests", of: ["Learning"]),
        tests("FilesTests", of: ["Gym", "Files"]),
        tests("WireTests", of: ["Gym", "Wire"]),
        tests("ExchangeTests", of: ["Gym", "Exchange"]),
        tests("SamplesTests", of: ["Gym", "Samples", grdb, sqlite]),
        tests("ProxiesTests", of: ["Gym", "Learning", "Proxies", "Environments", "Agents"]),
        tests("StudiesTests", of: ["Gym", "Learning", "Files", "Studies"]),
        tests("ReportsTests", of: ["Gym", "Learning", "Files", "Samples", "Studies", "Reports"]),
        tests("EnvironmentTests", of: ["Gym", "Files", "Environments"]),
        tests("AgentTests", of: ["Gym", "Learning", "Agents", "Environments"]),
        module("Intake", at: "Tests/Intake", imports: ["Gym", "Wire"]),
        .testTarget(
            name: "FaultTests",
            dependencies: [
                "Gym", "Files", "Wire", "CZeroMQ", "Exchange", "Samples", "Studies", "Agents", "Intake", grdb,
            ],
            path: "Tests/FaultTests", exclude: ["FailCases", "README.md"], swiftSettings: strict),
        tests("TidyTests", of: []),
    ] + fuzz,
    swiftLanguageModes: [.v6]
)
