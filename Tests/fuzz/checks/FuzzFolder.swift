public import Fixtures
import CharactersAPI
import FluidTalkAPI
import FoilEngineAPI

/// A fixture folder as one input. Its files follow one another with a form feed between them, each as its path, a
/// line feed and its bytes. The file `lines` is not part of the folder: it has the player's messages, one a line.
public struct FuzzFolder: Sendable {
    /// By path, as a folder is read.
    public let files: [FixtureFile]
    public let lines: [String]

    /// What is said is bounded, so that a run is short.
    private static let mostLines = 12

    public init(_ input: [UInt8]) {
        var files: [String: [UInt8]] = [:]
        for part in input.split(separator: FuzzTarget.separator) {
            let path = part.prefix { $0 != UInt8(ascii: "\n") }
            files[String(decoding: path, as: UTF8.self)] = Array(part.dropFirst(path.count + 1))
        }
        let said = files.removeValue(forKey: "lines") ?? []
        lines = said.split(separator: UInt8(ascii: "\n")).prefix(Self.mostLines).map {
            String(decoding: $0, as: UTF8.self)
        }
        self.files = files.map { FixtureFile(path: $0, bytes: $1) }.sorted { $0.path < $1.path }
    }

    /// All that there are, whose keys a folder may have.
    public static let dialects: [any DialectKeys] = [FoilEngineKeys(), FluidTalkKeys(), CharactersKeys()]

    /// Sixteen bytes of a name: FNV-1a, twice.
    public static func identify(_ name: String) -> [UInt8] {
        let starts: [UInt64] = [0xcbf2_9ce4_8422_2325, 0x8422_2325_cbf2_9ce4]
        return starts.flatMap { start in
            let hash = name.utf8.reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
            return (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * $0)) }
        }
    }
}
