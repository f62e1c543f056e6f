import Glibc

/// A file of an open database that was removed or replaced. SQLite still reads and writes it, but no process can open it
/// again.
public enum LostFile: Hashable, Sendable {
    /// The database. What it holds is lost when it is closed.
    case database(path: String)
    /// The write-ahead log. Closing the database writes what it holds into the database; a kill loses that.
    case log(path: String)
}

/// The files of an open database, as they were when it was opened.
struct OpenFiles {
    private struct Place: Equatable {
        let device: dev_t
        let node: ino_t

        /// Nil when there is no such file.
        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            (device, node) = (status.st_dev, status.st_ino)
        }
    }

    private let files: [(file: LostFile, path: String, place: Place)]

    /// None for a database in memory.
    init(of database: Database) {
        guard let (path, log) = database.paths else {
            files = []
            return
        }
        files = [(.database(path: path), path), (.log(path: log), log)].compactMap { file, path in
            Place(path).map { (file, path, $0) }
        }
    }

    var lost: [LostFile] { files.filter { Place($0.path) != $0.place }.map(\.file) }
}
