import Coverage
import Dialogue
import Exact
import Fixtures
import JSON
import Stories
import Support
import Testing

@testable import Program

@Suite("The example of the language: docs/examples")
struct ExampleTests {
    static func files() throws -> [FixtureFile] { try ImportTests.files(below: "docs/examples") }

    @Test("foilmock check has nothing to say")
    func check() throws {
        #expect(Check.diagnostics(of: try Self.files()) == [])
    }

    @Test("its stories pass, and reach every part of it")
    func stories() throws {
        let files = try Self.files()
        let catalog = try ImportTests.catalog(files)
        var coverage = Coverage(of: catalog, files)
        for story in files.filter(\.isStory).flatMap({ StoryFile($0, for: catalog).stories }) {
            let verdict = try StoryPlayer.verdict(on: story, catalog) { reach, machine in
                coverage.add(reach, on: machine, of: story.persona)
            }
            #expect(verdict.failure?.mismatches ?? [] == [], "\(story.name)")
        }
        let unreached = coverage.files.flatMap { file in file.unreached.map { "\(file.path):\($0.line)" }
        }
        #expect(unreached == [])
        #expect(coverage.count(of: .transition).all > 10)
    }

    @Test("it uses every key that the JSON Schemas list")
    func keys() throws {
        var known: Set<String> = []
        var used: Set<String> = []
        for (schema, ending) in [(Schema.persona, "/persona.json"), (.machine, ""), (.story, ".story.json")] {
            let keys = SchemaKeys(schema)
            known.formUnion(keys.all)
            for file in try Self.files() where file.path.hasSuffix(".json") {
                let isMachine = file.path.contains("/machines/")
                guard schema == .machine ? isMachine : file.path.hasSuffix(ending) else { continue }
                used.formUnion(keys.used(in: try JSONReader.read(file.bytes)))
            }
        }
        #expect(known.count > 100)
        #expect(known.subtracting(used).sorted() == [])
    }
}

/// The keys of objects in a JSON Schema, each after the name of its kind of object: `transition.when`.
private struct SchemaKeys {
    let name: String
    let root: JSONValue

    init(_ schema: Schema) {
        name = schema.rawValue
        root = (try? JSONReader.read(schema.file.bytes)) ?? .null
    }

    private static let combined = ["anyOf", "oneOf", "allOf"]

    var all: Set<String> {
        var keys = all(of: root, name)
        for member in root["$defs"]?.members ?? [] { keys.formUnion(all(of: member.value, member.key)) }
        return keys
    }

    private func all(of schema: JSONValue, _ name: String) -> Set<String> {
        var keys: Set<String> = []
        for member in schema["properties"]?.members ?? [] where !member.key.hasPrefix("$") {
            keys.insert("\(name).\(member.key)")
            keys.formUnion(all(of: member.value, "\(name).\(member.key)"))
        }
        return keys
    }

    func used(in value: JSONValue) -> Set<String> { used(in: value, root, name) }

    private func used(in value: JSONValue, _ schema: JSONValue, _ name: String) -> Set<String> {
        if let reference = schema["$ref"]?.string?.split(separator: "/").last.map(String.init),
            let target = root["$defs"]?[reference]
        {
            return used(in: value, target, reference)
        }
        var keys: Set<String> = []
        for part in Self.combined.flatMap({ schema[$0]?.array ?? [] }) { keys.formUnion(used(in: value, part, name)) }
        if let items = schema["items"] {
            for item in value.array ?? [] { keys.formUnion(used(in: item, items, name)) }
        }
        for member in value.members ?? [] {
            if let property = schema["properties"]?[member.key] {
                keys.insert("\(name).\(member.key)")
                keys.formUnion(used(in: member.value, property, "\(name).\(member.key)"))
            } else if let others = schema["additionalProperties"] {
                keys.formUnion(used(in: member.value, others, name))
            }
        }
        return keys
    }
}
