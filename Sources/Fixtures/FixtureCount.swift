/// How many fixtures a folder has.
public struct FixtureCount: Equatable, Sendable {
    public private(set) var personas = 0
    public private(set) var machines = 0

    public init(_ files: [FixtureFile]) {
        for file in files {
            switch FixturePath(file.path) {
            case .persona: personas += 1
            case .machine: machines += 1
            default: break
            }
        }
    }
}
