/// One file of a fixture folder: its path below the folder, and its bytes.
public struct FixtureFile: Sendable {
    public let path: String
    public let bytes: [UInt8]

    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}
