// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that Rowscope itself depends on nothing.
let package = Package(
  name: "HelpdeskServer",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "Rowscope", path: "../.."),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
  ],
  targets: [
    .executableTarget(
      name: "HelpdeskServer",
      dependencies: [
        .product(name: "Rowscope", package: "Rowscope"),
        .product(name: "Hummingbird", package: "hummingbird"),
      ], path: "Sources")
  ]
)
