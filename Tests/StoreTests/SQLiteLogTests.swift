import Glibc
import Testing

@testable import Store

@Suite("The write-ahead log") struct SQLiteLogTests {
    /// What another process would find in copies of these files.
    private func snapshot(_ suffixes: [String], of folder: String) throws -> Snapshot {
        for suffix in suffixes {
            try write(contents(of: "\(folder)/store.db\(suffix)"), to: "\(folder)/copy.db\(suffix)")
        }
        var snapshot: Snapshot?
        try closing(SQLiteStore(path: "\(folder)/copy.db")) { snapshot = try Snapshot(of: $0, players: [player()]) }
        return try #require(snapshot)
    }

    @Test("a checkpoint copies all that was committed to the database file")
    func checkpoint() throws {
        try withTemporaryFolder { folder in
            try closing(SQLiteStore(path: "\(folder)/store.db")) { store in
                try store.begin(of: player())
                try store.commit()
                let kept = try Snapshot(of: store, players: [player()])
                #expect(try snapshot([""], of: folder) != kept)
                try store.checkpoint()
                #expect(try snapshot([""], of: folder) == kept)
            }
        }
    }

    @Test("pages are counted from the log's beginning, which is the first commit after a checkpoint")
    func pages() throws {
        try withTemporaryFolder { folder in
            try closing(SQLiteStore(path: "\(folder)/store.db")) { store in
                try store.begin(of: player())
                try store.commit()
                let first = store.loggedPages
                try store.say(of: player())
                #expect(store.loggedPages == first)
                try store.commit()
                #expect(store.loggedPages > first)
                try store.checkpoint()
                #expect(store.loggedPages == 0)
                try store.say(of: player())
                try store.commit()
                #expect((1..<first).contains(store.loggedPages))
            }
        }
    }

    @Test("a database in memory has no log")
    func memory() throws {
        try closing(SQLiteStore(path: ":memory:")) { store in
            #expect(store.logPath == nil)
            try store.begin(of: player())
            try store.commit()
            #expect(store.loggedPages == 0)
            try store.checkpoint()
        }
    }

    @Test("a commit makes a checkpoint in a long log, if nobody else has made one")
    func bounded() throws {
        try withTemporaryFolder { folder in
            try closing(SQLiteStore(path: "\(folder)/store.db")) { store in
                try store.begin(of: player())
                let line = String(repeating: "x", count: 1 << 20)
                var pages: [Int] = []
                for _ in 0..<20 {
                    try store.say(line, of: player())
                    try store.commit()
                    pages.append(store.loggedPages)
                }
                #expect((7_000..<SQLiteStore.mostLoggedPages).contains(pages.max() ?? 0))
                #expect(pages.count { $0 == 0 } == 1)
            }
        }
    }
}
