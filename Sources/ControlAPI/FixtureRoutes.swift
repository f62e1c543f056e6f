import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON

/// The route that says when the fixtures were loaded, and what was wrong with them.
struct FixtureRoutes {
    let emulator: Emulator

    var routes: [Route] { [Route(.get, "/fixtures", show)] }

    private func show(_ call: Call) throws(Failure) -> Response {
        let loads = emulator.fixtureLoads
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("source", loads.folder)
        writer.member("loaded_at", loads.loadedAt)
        writer.list("warnings", loads.warnings) { $0.string($1) }
        writer.key("failure")
        if let failure = loads.failure {
            writer.beginObject()
            writer.member("at", failure.at)
            writer.list("mistakes", failure.mistakes) { $0.string($1) }
            writer.endObject()
        } else {
            writer.null()
        }
        writer.endObject()
        return .json(writer.bytes)
    }
}
