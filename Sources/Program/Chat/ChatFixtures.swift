import EventLoop
import Fixtures

/// The fixtures of a chat, which are loaded again when their folder has changed.
struct ChatFixtures {
    let source: FixtureSource
    /// The folder when it was last loaded; nil: the fixtures are built in.
    private var seen: FolderFingerprint?

    init(_ source: FixtureSource) {
        self.source = source
        seen = look()
    }

    /// The folder; nil: the fixtures are built in.
    var folder: String? { if case .folder(let path) = source { path } else { nil } }

    /// Reads all.
    /// - Parameter outcome: what comes of mistakes.
    func load(else outcome: String) throws(AppError) -> Catalog {
        try source.catalog(of: try source.files(), else: outcome)
    }

    /// Whether the folder has changed since the last call, or since this was made.
    mutating func haveChanged() -> Bool {
        guard let folder, let now = look(), now != seen else { return false }
        seen = now.settled(of: folder, counts: FixtureFolder.counts)
        return true
    }

    private func look() -> FolderFingerprint? {
        folder.map { FolderFingerprint(of: $0, counts: FixtureFolder.counts) }
    }
}
