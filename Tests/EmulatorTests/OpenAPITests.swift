import Emulator
import Testing

@Suite("The OpenAPI document's parts")
struct OpenAPITests {
    private static func part(_ json: String) -> OpenAPI.Part { OpenAPI.Part([Array(json.utf8)]) }

    @Test("tags and paths are in the order of the parts, and components are joined by kind")
    func joined() {
        let document = OpenAPI.document(
            version: "1",
            of: [
                Self.part(
                    #"{"tags":[{"name":"A"}],"paths":{"/a":{}},"components":{"schemas":{"A":{}},"links":{"L":{}}}}"#),
                Self.part(
                    #"{"tags":[{"name":"B"}],"paths":{"/b":{}},"components":{"responses":{"B":{}},"schemas":{"B":{}}}}"#
                ),
            ])
        let text = String(decoding: document, as: UTF8.self)
        #expect(text.hasPrefix(#"{"openapi":"3.1.0","info":{"title":"foilmock","version":"1","description":""#))
        #expect(
            text.hasSuffix(
                #""servers":[{"url":"/"}],"tags":[{"name":"A"},{"name":"B"}],"paths":{"/a":{},"/b":{}},"#
                    + #""components":{"schemas":{"A":{},"B":{}},"links":{"L":{}},"responses":{"B":{}}}}"#))
    }

    @Test("a document without parts has empty tags, paths and components")
    func empty() {
        let text = String(decoding: OpenAPI.document(version: "1", of: []), as: UTF8.self)
        #expect(text.hasSuffix(#""tags":[],"paths":{},"components":{}}"#))
    }
}
