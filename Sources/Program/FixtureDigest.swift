import Crypto
import Emulator
import Exact
import Fixtures

/// Identifies a set of fixtures: the SHA-256 of the paths and contents of its files. Of files that are not JSON only
/// the path is included, and stories are left out.
enum FixtureDigest {
    static func of(_ files: [FixtureFile]) -> String {
        var text: [UInt8] = []
        for file in files.filter({ !$0.isStory }).sorted(by: { ExactText($0.path) < ExactText($1.path) }) {
            let content = file.path.ends(with: ".json") ? file.bytes : []
            text += Array("\(file.path.utf8.count):\(file.path) \(content.count):".utf8) + content
        }
        return Digest.hex(Digest.sha256(text))
    }
}
