import EventLoop
import Store

/// Looks every few seconds whether the files of the database are still there, and warns once of each that is not. The
/// server notices nothing otherwise: it goes on in files that have lost their names.
final class DatabaseWatch {
    private static let interval = Duration.seconds(5)

    private let store: SQLiteStore
    private let warn: (String) -> Void
    private var known: Set<LostFile> = []
    private var timer: Timer?

    init(_ loop: Loop, _ store: SQLiteStore, warn: @escaping (String) -> Void) {
        self.store = store
        self.warn = warn
        timer = Timer(loop) { [unowned self] in look() }
        timer?.arm(after: DatabaseWatch.interval)
    }

    private func look() {
        for file in store.lostFiles where known.insert(file).inserted { warn(DatabaseWatch.text(file)) }
        timer?.arm(after: DatabaseWatch.interval)
    }

    private static func text(_ file: LostFile) -> String {
        switch file {
        case .database(let path):
            "the database \(path) was removed or replaced while the server runs: all that it holds is lost when the "
                + "server ends. Save what you need (GET /_foilmock/v1/sandboxes/NAME/snapshot), and start the server again"
        case .log(let path):
            "the file \(path) was removed or replaced while the server runs: what was written since is lost if the "
                + "server is killed. End it with SIGTERM, which writes all of it to the database, and start it again"
        }
    }
}
