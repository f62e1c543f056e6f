import Emulator
import Exact
import Fixtures

/// By what a set of fixtures is known: the SHA-256 of their paths and contents. Of files that are no JSON the path alone
/// counts.
enum FixtureDigest {
    static func of(_ files: [FixtureFile]) -> String {
        var text: [UInt8] = []
        for file in files.sorted(by: { ExactText($0.path) < ExactText($1.path) }) {
            let content = file.path.ends(with: ".json") ? file.bytes : []
            text += Array("\(file.path.utf8.count):\(file.path) \(content.count):".utf8) + content
        }
        return Digest.hex(Digest.sha256(text))
    }
}
