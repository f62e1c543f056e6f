import Fixtures
import FluidTalkAPI
import FoilEngineAPI

/// The dialects that the program speaks.
enum Wiring {
    /// Their keys of the fixtures.
    static let fixtureKeys: [any DialectKeys] = [FoilEngineKeys(), FluidTalkKeys()]
}
