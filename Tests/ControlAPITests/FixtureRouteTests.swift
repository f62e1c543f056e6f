import Emulator
import Fixtures
import FluidTalkAPI
import FoilEngineAPI
import HTTP
import JSON
import Support
import Testing

@Suite("What the server says of its fixtures")
struct FixtureRouteTests {
    @Test("the load that is served is told, and a later one that failed until the next one succeeds")
    func loads() throws {
        let client = try ControlClient()
        let first = client.control(.get, "/fixtures")
        #expect(first["source"]?.isNull == true && first["failure"]?.isNull == true)
        #expect(first["loaded_at"]?.string == "2026-03-10T12:00:00Z")
        #expect(first["warnings"]?.array?.compactMap(\.string) == client.emulator.catalog.warnings.map(\.description))
        client.clock.advance(seconds: 60)
        client.emulator.fixtureLoads.folder = "/srv/fixtures"
        client.emulator.fixtureLoads.fail(["a.json:1:1: error: no"], at: client.emulator.now)
        let failed = client.control(.get, "/fixtures")
        #expect(failed["loaded_at"]?.string == "2026-03-10T12:00:00Z")
        #expect(failed["failure"]?["at"]?.string == "2026-03-10T12:01:00Z")
        #expect(failed["failure"]?["mistakes"]?.array?.compactMap(\.string) == ["a.json:1:1: error: no"])
        try client.emulator.replace(client.emulator.catalog)
        let again = client.control(.get, "/fixtures")
        #expect(again["loaded_at"]?.string == "2026-03-10T12:01:00Z")
        #expect(again["source"]?.string == "/srv/fixtures")
        #expect(again["failure"]?.isNull == true)
    }

    @Test("no more than a thousand lines of a load are kept")
    func bound() throws {
        let client = try ControlClient()
        client.emulator.fixtureLoads.fail(Array(repeating: "x", count: 2_000), at: client.emulator.now)
        #expect(client.control(.get, "/fixtures")["failure"]?["mistakes"]?.array?.count == 1_000)
    }
}
