import ControlAPI
import Emulator
import FoilEngineAPI
import HTTP
import JSON
import Testing

@Suite("The OpenAPI document")
struct OpenAPITests {
    private func dialects() throws -> [any Dialect] {
        let emulator = try TestClient().emulator
        let api = FoilEngine(emulator)
        return [
            api, Control(emulator, beside: [api], options: Control.Options(token: "control-token"), version: "1.2.3"),
        ]
    }

    /// `GET /path` of each operation.
    private static func operations(_ content: JSONValue) -> [String] {
        (content["paths"]?.members ?? []).flatMap { path in
            (path.value.keys ?? []).map { "\($0.uppercased()) \(path.key)" }
        }.sorted()
    }

    @Test("the server returns the whole document without a key, with the program's version")
    func document() throws {
        let answer = try TestClient().get("/_foilmock/openapi.json", key: nil)
        #expect(answer.status == 200)
        #expect(answer.keys == ["openapi", "info", "servers", "tags", "paths", "components"])
        #expect(answer["info"]?["version"]?.string == "1.2.3")
        let document = try #require(answer.json)
        #expect(Self.operations(document) == (try dialects().flatMap { Self.operations($0.openAPI.content) }).sorted())
    }
}
