// swift-tools-version: 6.2
import PackageDescription

/// Every target is built the same way: Swift 6 mode, explicit existentials, imports internal unless
/// they are part of a module's own API, and members visible only where their module is imported.
var settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// A warning is an error where the commit is judged, and not where somebody tries a newer compiler.
if Context.environment["CI"] == "true" {
  settings.append(.treatAllWarnings(as: .error))
}

let package = Package(
  name: "Rowscope",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Rowscope", targets: ["Rowscope"]),
    .executable(name: "rowscope", targets: ["RowscopeCLI"]),
    .executable(name: "rowscope-benchmarks", targets: ["RowscopeBenchmarks"]),
  ],
  targets: [
    // What the system provides. Nothing above RecordStore sees it.
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3",
      providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite3"])]),

    // The arrows point one way: each room imports only rooms above it.
    .target(name: "RecordFilter", swiftSettings: settings),
    .target(name: "AccessProfiles", dependencies: ["RecordFilter"], swiftSettings: settings),
    .target(name: "FilterSQL", dependencies: ["RecordFilter"], swiftSettings: settings),
    // Kernels that Swift has no way to compile; FilterMemory has its own of each and does without these where need be.
    .target(name: "CFilterKernels"),
    .target(
      name: "FilterMemory", dependencies: ["CFilterKernels", "RecordFilter"],
      swiftSettings: settings),
    .target(
      name: "RecordStore", dependencies: ["CSQLite", "RecordFilter", "FilterSQL"],
      swiftSettings: settings),
    .target(
      name: "SampleGenerator", dependencies: ["RecordFilter", "RecordStore"],
      swiftSettings: settings),
    .target(
      name: "Rowscope",
      dependencies: ["RecordFilter", "AccessProfiles", "FilterSQL", "FilterMemory", "RecordStore"],
      swiftSettings: settings),
    .executableTarget(
      name: "RowscopeCLI", dependencies: ["Rowscope", "SampleGenerator"], swiftSettings: settings),

    // What is measured, and the loops in C that it is measured against.
    .target(name: "BenchmarkFloor", dependencies: ["CSQLite"], path: "Benchmarks/Floor"),
    .executableTarget(
      name: "RowscopeBenchmarks",
      dependencies: [
        "BenchmarkFloor", "CSQLite", "RecordFilter", "AccessProfiles", "FilterSQL", "FilterMemory",
        "RecordStore", "Rowscope", "SampleGenerator",
      ], path: "Benchmarks/Runner", swiftSettings: settings),

    // What several tests need: numbers from a seed, values that tell right from nearly right, threads and processes.
    .target(
      name: "TestSupport", dependencies: ["RecordFilter"], path: "Tests/TestSupport",
      swiftSettings: settings),
    .testTarget(
      name: "RecordFilterTests",
      dependencies: ["RecordFilter", "RecordStore", "CSQLite", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "AccessProfilesTests", dependencies: ["AccessProfiles"], swiftSettings: settings),
    .testTarget(name: "FilterSQLTests", dependencies: ["FilterSQL"], swiftSettings: settings),
    .testTarget(
      name: "FilterMemoryTests", dependencies: ["FilterMemory", "RecordFilter", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "RecordStoreTests", dependencies: ["RecordStore", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "SampleGeneratorTests",
      dependencies: [
        "SampleGenerator", "Rowscope", "AccessProfiles", "RecordStore", "RecordFilter",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "RowscopeTests", dependencies: ["Rowscope", "FilterMemory", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "CorpusTests",
      dependencies: ["RecordFilter", "AccessProfiles", "RecordStore", "Rowscope", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "CLITests", dependencies: ["RowscopeCLI", "CSQLite", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "DifferentialTests",
      dependencies: [
        "RecordFilter", "AccessProfiles", "FilterSQL", "FilterMemory", "RecordStore", "Rowscope",
        "TestSupport",
      ],
      swiftSettings: settings),
    // That nothing leaks and nothing breaks, channel by channel.
    .testTarget(
      name: "SafetyTests",
      dependencies: [
        "Rowscope", "RowscopeCLI", "AccessProfiles", "RecordStore", "RecordFilter", "CSQLite",
        "TestSupport",
      ],
      swiftSettings: settings),
  ]
)
