import Journal
import ControlAPI
import HTTP
import JSON
import Store
import Support
import Testing

@testable import Emulator
@testable import Program

@Suite("The OpenAPI document of the whole program")
struct OpenAPITests {
    private struct Part {
        /// What the names of its components begin with.
        let word: String
        let dialect: any Dialect
    }

    private func parts() throws -> [Part] {
        let emulator = try Emulator(
            catalog: ReadyBlockTests.catalog(), store: MemoryStore(), media: .none, warn: { _ in })
        let apis = Wiring.dialects(emulator, Configuration())
        let control = Control(
            emulator, beside: apis, options: Control.Options(token: "control-token"), version: "1.2.3")
        // A component begins with the name of its API's type.
        return (apis + [control]).map { Part(word: "\(type(of: $0))", dialect: $0) }
    }

    @Test("each dialect describes exactly its own routes, each with an id of its own")
    func operations() throws {
        var ids: [String] = []
        for part in try parts() {
            let operations = (part.dialect.openAPI.content["paths"]?.members ?? []).flatMap { path in
                (path.value.members ?? []).map { (route: "\($0.key.uppercased()) \(path.key)", content: $0.value) }
            }
            let routes = part.dialect.routes.map { "\($0.method) \($0.path)" }
            #expect(!routes.isEmpty)
            #expect(operations.map(\.route).sorted() == routes.sorted())
            ids += operations.compactMap { $0.content["operationId"]?.string }
        }
        #expect(Set(ids).count == ids.count)
        let whole = try JSONReader.read(OpenAPI.document(version: "1.2.3", of: try parts().map(\.dialect.openAPI)))
        let all = (whole["paths"]?.members ?? []).reduce(0) { $0 + ($1.value.members?.count ?? 0) }
        #expect(all == ids.count)
    }

    @Test("each field that takes a key is hidden in journals, and a replay fills it in again")
    func keyFields() throws {
        for part in try parts() {
            for scheme in part.dialect.openAPI.content["components"]?["securitySchemes"]?.members ?? [] {
                guard scheme.value["type"]?.string == "apiKey", let field = scheme.value["name"]?.string else {
                    continue
                }
                let journal = JournalBook(secrets: Wiring.secrets)
                #expect(
                    journal.redactor.field(field, "ab_live_0123456789abcdef") != "ab_live_0123456789abcdef", "\(field)")
                var fields = Fields()
                fields.add(try #require(FieldName(field)), "ab_live_…01234567")
                #expect(KnownSecrets(journal.redactor).isLocked(fields), "\(field)")
            }
        }
    }

    @Test("the names of components begin with the name of their API")
    func components() throws {
        for part in try parts() {
            let kinds = part.dialect.openAPI.content["components"]?.members ?? []
            #expect(!kinds.isEmpty)
            for name in kinds.flatMap({ $0.value.members ?? [] }).map(\.key) {
                #expect(name.hasPrefix(part.word), "\(name)")
            }
        }
    }
}
