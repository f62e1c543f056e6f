import Emulator
import Fixtures
import FluidTalkAPI
import FoilEngineAPI

/// The dialects that the program speaks.
enum Wiring {
    /// Their keys of the fixtures.
    static let fixtureKeys: [any DialectKeys] = [FoilEngineKeys(), FluidTalkKeys()]
    /// What of their requests and answers is a secret.
    static let secrets = [FoilEngine.secrets, FluidTalk.secrets]

    static func dialects(_ emulator: Emulator, _ configuration: Configuration) -> [any Dialect] {
        [
            FoilEngine(emulator, options: configuration.foilEngine),
            FluidTalk(emulator, options: configuration.fluidTalk),
        ]
    }
}
