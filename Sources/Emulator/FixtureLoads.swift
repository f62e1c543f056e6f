public import Dialogue
import Fixtures

/// When the fixtures that are served were loaded, and what was wrong with a later load.
public struct FixtureLoads {
    /// A load whose fixtures are not served.
    public struct Failure {
        public let at: Timestamp
        /// A line for each mistake.
        public let mistakes: [String]
    }

    /// So many lines are kept of a load.
    private static let limit = 1_000

    /// The folder; nil when the fixtures are built in.
    public var folder: String?
    public let loadedAt: Timestamp
    /// A line for each warning.
    public let warnings: [String]
    /// The latest load, if it failed.
    public private(set) var failure: Failure?

    init(_ catalog: Catalog, from folder: String?, at time: Timestamp) {
        self.folder = folder
        loadedAt = time
        warnings = catalog.warnings.prefix(FixtureLoads.limit).map(\.description)
    }

    /// Notes that a later load failed.
    public mutating func fail(_ mistakes: [String], at time: Timestamp) {
        failure = Failure(at: time, mistakes: Array(mistakes.prefix(FixtureLoads.limit)))
    }
}
