import Fixtures
import FuzzChecks
import Support
import Testing

@Suite("The fuzzer's corpus and seeds")
struct CorpusTests {
    static let inputs: [(target: FuzzTarget, path: String)] = FuzzTarget.allCases.flatMap { target in
        ["corpus", "seeds"].flatMap { folder in
            ((try? Repository.files(below: "Tests/fuzz/\(folder)/\(target)")) ?? []).map { (target, $0) }
        }
    }

    @Test("an input of the corpus passes its target's check", arguments: inputs)
    func kept(_ target: FuzzTarget, _ path: String) throws {
        #expect(target.complaint(try Repository.bytes(path)) == nil)
    }

    @Test("every target has inputs")
    func targets() {
        #expect(Set(Self.inputs.map(\.target)) == Set(FuzzTarget.allCases))
    }

    @Test("some folders load and have lines to say, and some are refused")
    func folders() throws {
        let folders = try Self.inputs.filter { $0.target == .catalog }.map {
            FuzzFolder(try Repository.bytes($0.path))
        }
        let loading = folders.filter {
            (try? Catalog.load($0.files, dialects: FuzzFolder.dialects, identify: FuzzFolder.identify)) != nil
        }
        #expect(loading.contains { !$0.lines.isEmpty })
        #expect(loading.count < folders.count)
    }

    @Test("the folder Tests/fuzz/language loads")
    func language() throws {
        let root = "Tests/fuzz/language"
        let files = try Repository.files(below: root).map {
            FixtureFile(path: String($0.dropFirst(root.count + 1)), bytes: try Repository.bytes($0))
        }
        let catalog = try Catalog.load(files, dialects: FuzzFolder.dialects, identify: FuzzFolder.identify)
        #expect(catalog.personas.count == 1)
    }
}
