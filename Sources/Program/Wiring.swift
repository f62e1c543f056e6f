import CharactersAPI
import Journal
import Emulator
import Fixtures
import FluidTalkAPI
import FoilEngineAPI

/// The dialects of the program, one entry each. The first also words failures that belong to no dialect.
enum Wiring {
    struct Entry: Sendable {
        /// The heading of the dialect's settings in help.
        let title: String
        /// The keys that the dialect adds to the fixtures.
        let keys: any DialectKeys
        /// The secrets in its requests and answers.
        let secrets: Secrets
        /// The settings of the program that are the dialect's.
        let settings: @Sendable () -> [ServerSetting]
        let make: @Sendable (Emulator, Configuration) -> any Dialect
    }

    static let entries = [
        Entry(
            title: "FOILENGINE API", keys: FoilEngineKeys(), secrets: FoilEngine.secrets,
            settings: { FoilEngine.settings.map { $0.at(\.foilEngine) } },
            make: { FoilEngine($0, options: $1.foilEngine) }),
        Entry(
            title: "HANDSHAKE API", keys: FluidTalkKeys(), secrets: FluidTalk.secrets,
            settings: { FluidTalk.settings.map { $0.at(\.fluidTalk) } },
            make: { FluidTalk($0, options: $1.fluidTalk) }),
        // Its pictures have the settings of the other API of the same service.
        Entry(
            title: "CHARACTERS API", keys: CharactersKeys(), secrets: Characters.secrets, settings: { [] },
            make: {
                Characters(
                    $0, publicURL: $1.fluidTalk.publicURL, uploadBytes: $1.fluidTalk.uploadBytes, version: App.version)
            }),
    ]

    static var fixtureKeys: [any DialectKeys] { entries.map(\.keys) }

    static var secrets: [Secrets] { entries.map(\.secrets) }

    /// The settings of the dialects that have any.
    static var settings: [(title: String, settings: [ServerSetting])] {
        entries.map { ($0.title, $0.settings()) }.filter { !$0.settings.isEmpty }
    }

    static func dialects(_ emulator: Emulator, _ configuration: Configuration) -> [any Dialect] {
        entries.map { $0.make(emulator, configuration) }
    }
}
