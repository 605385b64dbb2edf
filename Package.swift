// swift-tools-version: 6.2
// The targets are the rooms of docs/ARCHITECTURE.md; `dependencies` are its arrows, and nothing else may be imported.
import PackageDescription

// A warning that only another compiler gives must not stop a user's build.
#if compiler(>=6.3) && !compiler(>=6.4)
  let strictness: [SwiftSetting] = [.treatAllWarnings(as: .error)]
#else
  let strictness: [SwiftSetting] = []
#endif

// Deliberate bugs, of which `tools/faults --seeded` lets one at a time live (Sources/LogEngine/SeededBug.swift).
let seeded: [SwiftSetting] =
  Context.environment["RAPPORT_SEEDED_BUGS"] == nil ? [] : [.define("RAPPORT_SEEDED_BUGS")]

let house: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"), .strictMemorySafety(),
  ] + strictness + seeded

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let arguments: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: house)
}

func tests(of name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: "\(name)Tests", dependencies: dependencies, swiftSettings: house)
}

// What `tools/fuzz` builds. Only libFuzzer gives it a `main`, so it stands here only where that is asked for.
let withoutMain = house + [.unsafeFlags(["-parse-as-library"])]
let fuzzing: [Target] =
  Context.environment["RAPPORT_FUZZ"] == nil
  ? []
  : [
    .executableTarget(
      name: "FuzzTargets",
      dependencies: ["LogEngine", "EventCatalog", "Transparency", "JSONBytes", "Disk"],
      swiftSettings: withoutMain)
  ]

let package = Package(
  name: "rapport",
  products: [
    .executable(name: "rapport", targets: ["rapport"]),
    .executable(name: "rapport-bench", targets: ["rapport-bench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    .target(name: "CDisk"),
    .target(name: "CSHA256"),
    room("Disk", ["CDisk", "CLZ4"]),
    room("Transparency", [crypto, "CSHA256"]),
    room("JSONBytes", []),
    room("Vault", ["Disk", crypto]),
    room("LogEngine", ["Disk", "Transparency", "JSONBytes"]),
    room("EventCatalog", ["JSONBytes", yams]),
    room("Relationship", ["JSONBytes"]),
    room("Projection", ["LogEngine", "JSONBytes", crypto, grdb]),
    room("ReadModels", ["Projection", "Relationship", "JSONBytes", grdb]),
    room(
      "Ledger",
      [
        "ReadModels", "Projection", "LogEngine", "Transparency", "EventCatalog", "Relationship",
        "JSONBytes", "Vault", "Disk", grdb,
      ]),
    room("RapportTesting", ["Ledger", "LogEngine", "Projection", "JSONBytes", "Disk", grdb]),
    room("RapportServer", ["JSONBytes", "Vault", crypto]),
    .executableTarget(
      name: "rapport",
      dependencies: [
        "Ledger", "ReadModels", "Relationship", "Projection", "LogEngine", "JSONBytes", arguments,
      ],
      swiftSettings: house),
    .executableTarget(
      name: "rapport-bench", dependencies: ["Ledger", "RapportTesting"],
      swiftSettings: house),
    tests(of: "Disk", ["Disk", "RapportTesting"]),
    tests(of: "Transparency", ["Transparency", "RapportTesting", crypto]),
    tests(of: "JSONBytes", ["JSONBytes", "RapportTesting"]),
    tests(of: "Vault", ["Vault", "Disk", "RapportTesting"]),
    tests(of: "LogEngine", ["LogEngine", "Disk", "Transparency", "JSONBytes", "RapportTesting"]),
    tests(of: "EventCatalog", ["EventCatalog", "JSONBytes", "RapportTesting"]),
    tests(of: "Relationship", ["Relationship", "EventCatalog", "JSONBytes", "RapportTesting"]),
    tests(of: "Projection", ["Projection", "LogEngine", "JSONBytes", "RapportTesting", grdb]),
    tests(of: "ReadModels", ["ReadModels", "Projection", "JSONBytes", "RapportTesting", grdb]),
    tests(
      of: "Ledger",
      [
        "Ledger", "LogEngine", "EventCatalog", "Projection", "ReadModels", "Relationship",
        "JSONBytes", "Disk",
        "RapportTesting", grdb,
      ]),
    tests(
      of: "RapportServer",
      [
        "RapportServer", "Ledger", "LogEngine", "EventCatalog", "Projection", "ReadModels",
        "Relationship", "JSONBytes", "Vault", "RapportTesting", crypto,
      ]),
    tests(
      of: "rapport", ["rapport", "RapportTesting", "Ledger", "LogEngine", "JSONBytes", "Disk"]),
    tests(of: "Tidy", []),
  ] + fuzzing,
  swiftLanguageModes: [.v6]
)
