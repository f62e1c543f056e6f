import Journal
import Emulator
import Fixtures
import FluidTalkAPI
import FoilEngineAPI

/// The dialects of the program, one entry each. The first also words failures that belong to no dialect.
enum Wiring {
    struct Entry: Sendable {
        /// The keys that the dialect adds to the fixtures.
        let keys: any DialectKeys
        /// The secrets in its requests and answers.
        let secrets: Secrets
        let make: @Sendable (Emulator, Configuration) -> any Dialect
    }

    static let entries = [
        Entry(keys: FoilEngineKeys(), secrets: FoilEngine.secrets) { FoilEngine($0, options: $1.foilEngine) },
        Entry(keys: FluidTalkKeys(), secrets: FluidTalk.secrets) { FluidTalk($0, options: $1.fluidTalk) },
    ]

    static var fixtureKeys: [any DialectKeys] { entries.map(\.keys) }

    static var secrets: [Secrets] { entries.map(\.secrets) }

    static func dialects(_ emulator: Emulator, _ configuration: Configuration) -> [any Dialect] {
        entries.map { $0.make(emulator, configuration) }
    }
}
