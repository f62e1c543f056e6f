import Fixtures
import Support
import Testing

@Suite("Arbitrary bytes")
struct MutationTests {
    /// Bytes that mean something in JSON, in templates or in UTF-8.
    static let meaningful = Array("{}[]\":,0-1e.\\tfn*| \n".utf8) + [0x00, 0x80, 0xC3, 0xFF]

    /// Changes some bytes, drops some, repeats some, or puts some of another file in.
    static func mutate(_ bytes: [UInt8], with other: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let from = Int.random(in: 0...bytes.count, using: &random)
            let to = min(bytes.count, from + Int.random(in: 0...40, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0 where from < bytes.count: bytes[from] = meaningful.randomElement(using: &random)!
            case 1 where from < bytes.count: bytes[from] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes.removeSubrange(from..<to)
            case 3: bytes.insert(contentsOf: Array(bytes[from..<to]), at: from)
            default:
                let start = Int.random(in: 0...other.count, using: &random)
                bytes.insert(contentsOf: other[start..<min(other.count, start + to - from)], at: from)
            }
        }
        return bytes
    }

    static let accounts = FixtureFile(
        path: "accounts.json",
        bytes: Array(
            #"{"default": "a", "accounts": [{"name": "a", "keys": ["k"], "seed": 1, "limits": {"window": "fixed"}}]}"#
                .utf8))

    @Test("a mutated fixture folder loads or is refused, and never crashes", arguments: 0..<4)
    func mutated(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let files = try CatalogTests.shipped() + [Self.accounts]
        let paths = Set(files.map(\.path))
        var loaded = 0
        var refused = 0
        for _ in 0..<750 {
            let index = Int.random(in: 0..<files.count, using: &random)
            let other = files.randomElement(using: &random)!.bytes
            var changed = files
            changed[index] = FixtureFile(
                path: files[index].path, bytes: Self.mutate(files[index].bytes, with: other, &random))
            do throws(Catalog.Refusal) {
                _ = try Folder.load(changed)
                loaded += 1
            } catch {
                refused += 1
                #expect(!error.diagnostics.isEmpty)
                #expect(error.diagnostics.allSatisfy { paths.contains($0.file) && !$0.message.isEmpty })
            }
        }
        // Both happen, so both were tried.
        #expect(loaded > 0 && refused > 0)
    }

    @Test(
        "200000 mistakes in a file are all reported, in less than a minute", .timeLimit(.minutes(1))
    )
    func mistakes() {
        let count = 200_000
        let states = "[" + String(repeating: "0,", count: count - 1) + "0]"
        let told = Folder.diagnostics(Folder.renamed("mira", gate: "{\"states\": \(states)}"))
        // And one that no state is the initial one.
        #expect(told.count == count + 1)
        #expect(told.last?.hasPrefix("\(Folder.gate):1:\(11 + 2 * count): error: a state must be an object") == true)
    }
}
