import Emulator
import FluidTalkAPI
import JSON
import Testing

@Suite("This API's part of the OpenAPI document")
struct OpenAPITests {
    @Test("it describes exactly the routes that there are")
    func routes() throws {
        let api = FluidTalk(try Bot().emulator)
        let described = (api.openAPI.content["paths"]?.members ?? []).flatMap { path in
            (path.value.members ?? []).map { "\($0.key.uppercased()) \(path.key)" }
        }
        #expect(!described.isEmpty)
        #expect(described.sorted() == api.routes.map { "\($0.method) \($0.path)" }.sorted())
    }
}
