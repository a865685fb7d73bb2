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

    // The rooms, from the lowest up. Each imports only rooms above it in this list.

    // Days, moments and zones. The only room below the command that uses Foundation, which brings
    // the zones along.
    .target(name: "TimeZones", swiftSettings: settings),
    // What goes in and out: values, users, conditions, requests, records, errors. `Rowscope` shows
    // it to its users whole; nothing else below `Rowscope` is public.
    .target(name: "RowscopeModel", dependencies: ["TimeZones"], swiftSettings: settings),
    .target(name: "Documents", dependencies: ["RowscopeModel"], swiftSettings: settings),
    .target(
      name: "RecordFilter", dependencies: ["TimeZones", "RowscopeModel", "Documents"],
      swiftSettings: settings),
    .target(
      name: "AccessProfiles",
      dependencies: ["TimeZones", "RowscopeModel", "Documents", "RecordFilter"],
      swiftSettings: settings),
    .target(
      name: "FilterSQL", dependencies: ["RowscopeModel", "RecordFilter"], swiftSettings: settings),
    // Kernels that Swift cannot compile; FilterMemory has a Swift version of each.
    .target(name: "CFilterKernels"),
    .target(
      name: "FilterMemory",
      dependencies: ["CFilterKernels", "RowscopeModel", "Documents", "RecordFilter"],
      swiftSettings: settings),
    .target(
      name: "RecordStore",
      dependencies: ["CSQLite", "RowscopeModel", "Documents", "RecordFilter", "FilterSQL"],
      swiftSettings: settings),
    .target(
      name: "DataFiles",
      dependencies: ["RowscopeModel", "Documents", "RecordFilter", "RecordStore"],
      swiftSettings: settings),
    .target(
      name: "Workspaces",
      dependencies: [
        "TimeZones", "RowscopeModel", "Documents", "RecordFilter", "AccessProfiles", "RecordStore",
        "DataFiles",
      ],
      swiftSettings: settings),
    .target(
      name: "RecordEngine",
      dependencies: [
        "TimeZones", "RowscopeModel", "Documents", "RecordFilter", "AccessProfiles", "FilterSQL",
        "FilterMemory",
        "RecordStore", "Workspaces",
      ],
      swiftSettings: settings),
    .target(
      name: "Rowscope",
      dependencies: [
        "TimeZones", "RowscopeModel", "Documents", "RecordFilter", "AccessProfiles", "FilterSQL",
        "FilterMemory",
        "RecordStore", "DataFiles", "Workspaces", "RecordEngine",
      ],
      swiftSettings: settings),
    .target(
      name: "SampleGenerator",
      dependencies: ["TimeZones", "RowscopeModel", "RecordFilter", "RecordStore"],
      swiftSettings: settings),
    .executableTarget(
      name: "RowscopeCLI",
      dependencies: [
        "TimeZones", "RowscopeModel", "Documents", "RecordFilter", "AccessProfiles", "RecordStore",
        "DataFiles",
        "Workspaces", "RecordEngine", "Rowscope", "SampleGenerator",
      ],
      swiftSettings: settings),

    // What is measured, and the loops in C that it is measured against.
    .target(name: "BenchmarkFloor", dependencies: ["CSQLite"], path: "Benchmarks/Floor"),
    .executableTarget(
      name: "RowscopeBenchmarks",
      dependencies: [
        "BenchmarkFloor", "CSQLite", "RowscopeModel", "Documents", "RecordFilter",
        "AccessProfiles", "FilterSQL", "FilterMemory", "RecordStore", "DataFiles", "Workspaces",
        "RecordEngine", "Rowscope", "SampleGenerator",
      ], path: "Benchmarks/Runner", swiftSettings: settings),

    // What several tests need: numbers from a seed, values that tell right from nearly right, threads and processes.
    .target(
      name: "TestSupport",
      dependencies: ["CSQLite", "RowscopeModel", "RecordFilter", "RecordStore"],
      path: "Tests/TestSupport", swiftSettings: settings),
    .testTarget(name: "TimeZonesTests", dependencies: ["TimeZones"], swiftSettings: settings),
    .testTarget(
      name: "DocumentsTests", dependencies: ["Documents", "RowscopeModel", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "RecordFilterTests",
      dependencies: [
        "TimeZones", "RowscopeModel", "Documents", "RecordFilter", "RecordStore", "CSQLite",
        "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "AccessProfilesTests",
      dependencies: ["TimeZones", "RowscopeModel", "Documents", "RecordFilter", "AccessProfiles"],
      swiftSettings: settings),
    .testTarget(
      name: "FilterSQLTests",
      dependencies: ["TimeZones", "RowscopeModel", "RecordFilter", "FilterSQL", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "FilterMemoryTests",
      dependencies: ["RowscopeModel", "Documents", "RecordFilter", "FilterMemory", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "RecordStoreTests",
      dependencies: [
        "RowscopeModel", "Documents", "RecordFilter", "FilterSQL", "RecordStore", "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "DataFilesTests",
      dependencies: ["RowscopeModel", "RecordFilter", "RecordStore", "DataFiles", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "WorkspacesTests",
      dependencies: [
        "TimeZones", "RowscopeModel", "Documents", "RecordFilter", "AccessProfiles", "RecordStore",
        "DataFiles",
        "Workspaces", "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "RecordEngineTests",
      dependencies: [
        "RowscopeModel", "Documents", "RecordFilter", "AccessProfiles", "FilterMemory",
        "RecordStore", "Workspaces", "RecordEngine", "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "SampleGeneratorTests",
      dependencies: [
        "RowscopeModel", "Documents", "RecordFilter", "AccessProfiles", "RecordStore", "DataFiles",
        "Workspaces", "RecordEngine", "Rowscope", "SampleGenerator", "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "RowscopeTests",
      dependencies: [
        "TimeZones", "RowscopeModel", "Documents", "RecordFilter", "AccessProfiles", "FilterSQL",
        "FilterMemory", "RecordStore", "DataFiles", "Workspaces", "RecordEngine", "Rowscope",
        "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CorpusTests",
      dependencies: [
        "TimeZones", "RowscopeModel", "Documents", "RecordFilter", "AccessProfiles", "RecordStore",
        "DataFiles", "Workspaces", "RecordEngine", "Rowscope", "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CLITests",
      dependencies: [
        "RowscopeModel", "Documents", "RecordFilter", "AccessProfiles", "RecordStore",
        "Workspaces", "RecordEngine", "Rowscope", "RowscopeCLI", "CSQLite", "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "DifferentialTests",
      dependencies: [
        "TimeZones", "RowscopeModel", "Documents", "RecordFilter", "AccessProfiles", "FilterSQL",
        "FilterMemory", "RecordStore", "Workspaces", "RecordEngine", "Rowscope", "TestSupport",
      ],
      swiftSettings: settings),
    // That nothing leaks and nothing breaks, channel by channel.
    .testTarget(
      name: "SafetyTests",
      dependencies: [
        "RowscopeModel", "Documents", "RecordFilter", "AccessProfiles", "RecordStore",
        "DataFiles", "Workspaces", "RecordEngine", "Rowscope", "RowscopeCLI", "CSQLite",
        "TestSupport",
      ],
      swiftSettings: settings),
  ]
)
