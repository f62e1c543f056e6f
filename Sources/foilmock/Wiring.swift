import Emulator
import Fixtures
import FluidTalkAPI
import FoilEngineAPI

/// The dialects of the program.
enum Wiring {
    /// The keys that the dialects add to the fixtures.
    static let fixtureKeys: [any DialectKeys] = [FoilEngineKeys(), FluidTalkKeys()]
    /// The secrets in the dialects' requests and answers.
    static let secrets = [FoilEngine.secrets, FluidTalk.secrets]

    static func dialects(_ emulator: Emulator, _ configuration: Configuration) -> [any Dialect] {
        [
            FoilEngine(emulator, options: configuration.foilEngine),
            FluidTalk(emulator, options: configuration.fluidTalk),
        ]
    }
}
