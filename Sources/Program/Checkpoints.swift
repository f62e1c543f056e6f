import EventLoop
import Glibc
import Store

/// Copies the write-ahead log to the database between two batches, when the answers of a batch are out.
///
/// A checkpoint first waits until the disk has the whole log. Therefore another thread lets the disk write the log while
/// it grows, by a descriptor of its own. Nothing depends on that: SQLite still waits for what is not written.
final class Checkpoints {
    /// A checkpoint is made at this many pages: 2 MiB, and 4 MiB in a database with pages of 4 KiB. A longer log means
    /// longer and fewer checkpoints: with 1,000 pages one takes 2 to 3 ms where a disk writes in 1 ms.
    static let pages = 1_000
    /// The disk writes the log each time that it has grown by this many pages.
    static let growth = 250

    private let store: SQLiteStore
    private let log: LogFile?
    private let limit: Int
    private let warn: (String) -> Void
    private let worker: Worker<Void>
    /// The pages of the log at the last order to write it.
    private var writtenPages = 0
    private var isWriting = false
    /// The pages of the log at the last checkpoint, if it failed.
    private var failedPages = 0

    /// - Parameter writesAhead: whether commits leave it to the system when the log is written.
    init(
        _ loop: Loop, _ store: SQLiteStore, writesAhead: Bool, at limit: Int = pages, warn: @escaping (String) -> Void
    ) {
        self.store = store
        self.limit = limit
        self.warn = warn
        worker = Worker(loop)
        log = writesAhead ? store.logPath.flatMap(LogFile.init) : nil
    }

    /// Call it when the answers of a batch are out.
    func batchEnded() {
        let pages = store.loggedPages
        if pages < writtenPages { writtenPages = 0 }
        if pages >= failedPages + limit {
            copy(pages)
        } else if let log, !isWriting, pages >= writtenPages + Checkpoints.growth {
            (isWriting, writtenPages) = (true, pages)
            worker.run({ log.write() }, done: { [unowned self] in isWriting = false })
        }
    }

    private func copy(_ pages: Int) {
        do {
            try store.checkpoint()
            failedPages = 0
        } catch {
            if failedPages == 0 {
                warn("the write-ahead log could not be copied to the database, and grows meanwhile: \(error.message)")
            }
            failedPages = pages
        }
    }
}

/// A descriptor of the log beside SQLite's. SQLite has its locks on other files, so closing this one takes none away.
private final class LogFile: Sendable {
    private let descriptor: Int32

    init?(_ path: String) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        if descriptor < 0 { return nil }
    }

    deinit { close(descriptor) }

    /// Waits until the disk has what was written. An error is SQLite's to report: it writes and waits again.
    func write() { fdatasync(descriptor) }
}
