import Dialogue
import Glibc
import Testing

@testable import Store

@Suite("The database file") struct SQLiteFileTests {
    private func fill(_ store: SQLiteStore) throws {
        _ = try store.makeAccount(name: "demo", isOpen: false, at: Timestamp(seconds: 1))
        try store.begin(of: player())
        try store.say(of: player())
        try store.save(Progress(inits: 1, unlocked: [machineB]), of: player())
        try store.commit()
    }

    @Test("a store that is opened again has all that was committed")
    func reopen() throws {
        try withTemporaryFolder { folder in
            var before: Snapshot?
            try closing(SQLiteStore(path: "\(folder)/store.db")) { store in
                try fill(store)
                before = try Snapshot(of: store, players: [player()])
            }
            try closing(SQLiteStore(path: "\(folder)/store.db")) { store in
                #expect(try Snapshot(of: store, players: [player()]) == before)
                try store.say(of: player())
                #expect(try store.history(of: player(), machine: machineA) == (0...2).map { sampleTurn($0) })
            }
        }
    }

    @Test("closing drops what was not committed")
    func closeDrops() throws {
        try withTemporaryFolder { folder in
            try closing(SQLiteStore(path: "\(folder)/store.db")) { store in
                try fill(store)
                try store.say(of: player())
            }
            try closing(SQLiteStore(path: "\(folder)/store.db")) { store in
                let turns = try store.history(of: player(), machine: machineA)
                #expect(turns == (0...1).map { sampleTurn($0) })
            }
        }
    }

    @Test("a killed process loses what was not committed and nothing else", arguments: Durability.allCases)
    func killed(durability: Durability) throws {
        try withTemporaryFolder { folder in
            let store = try SQLiteStore(path: "\(folder)/store.db", durability: durability)
            try fill(store)
            let before = try Snapshot(of: store, players: [player()])
            try store.say(of: player())
            // A kill would leave the files as they are at this moment.
            for suffix in ["", "-wal"] {
                try write(contents(of: "\(folder)/store.db\(suffix)"), to: "\(folder)/left.db\(suffix)")
            }
            try store.close()
            try closing(SQLiteStore(path: "\(folder)/left.db")) { left in
                let after = try Snapshot(of: left, players: [player()])
                #expect(after == before)
            }
        }
    }

    @Test("a clean close leaves one file")
    func oneFile() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/store.db"
            try closing(SQLiteStore(path: path), after: fill)
            #expect(["", "-wal", "-shm", "-journal"].filter { access(path + $0, F_OK) == 0 } == [""])
        }
    }

    @Test("a session is found by an index, also in a database of which an earlier version took statistics")
    func plans() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/store.db"
            try closing(SQLiteStore(path: path)) { store in
                try fill(store)
                try store.database.execute(script: "ANALYZE")
            }
            for _ in 1...2 {
                try closing(SQLiteStore(path: path)) { store in
                    let key = "sandbox = 1 AND channel = 'sdk' AND persona = x'' AND player = ''"
                    for condition in [key, "\(key) AND machine = x''", "session = x'' AND +sandbox = 1"] {
                        let plan = try store.database.rows(
                            "EXPLAIN QUERY PLAN SELECT * FROM sessions WHERE \(condition)"
                        ) { row throws(SQLiteError) in try row.text(3) }
                        #expect(plan.first?.hasPrefix("SEARCH sessions USING INDEX") == true, "\(condition): \(plan)")
                    }
                }
            }
        }
    }

    @Test("a sandbox's number is not given again after a restart")
    func neverAgain() throws {
        try withTemporaryFolder { folder in
            var numbers: [Int64] = []
            for _ in 0..<3 {
                try closing(SQLiteStore(path: "\(folder)/store.db")) { store in
                    let account = try store.makeAccount(name: "a", isOpen: true, at: Timestamp(seconds: 1))
                    numbers.append(account.sandbox.number)
                    try store.removeAccount(account.sandbox)
                    try store.commit()
                }
            }
            #expect(numbers == [1, 2, 3])
        }
    }

    @Test("removed sessions leave no turn behind")
    func noOrphans() throws {
        try closing(SQLiteStore(path: ":memory:")) { store in
            let account = try store.makeAccount(name: "a", isOpen: true, at: Timestamp(seconds: 1))
            func player(_ name: String) -> PlayerKey {
                StoreTests.player(name, sandbox: account.sandbox.number)
            }
            for name in ["begun again", "removed", "reset", "cleared"] {
                for machine in [machineA, machineB] {
                    try store.begin(machine: machine, of: player(name))
                    for _ in 0..<3 { try store.say(machine: machine, of: player(name)) }
                }
            }
            func turns() throws -> Int64? {
                try store.removeLeftovers(atMost: 1_000)
                return try store.database.row("SELECT count(*) FROM turns") { row throws(SQLiteError) in
                    try row.number(0)
                }
            }
            #expect(try turns() == 32)
            try store.begin(of: player("begun again"))
            #expect(try turns() == 29)
            _ = try store.removeSession(of: player("removed"), machine: machineB)
            #expect(try turns() == 25)
            _ = try store.removeAll(of: player("reset"))
            #expect(try turns() == 17)
            try store.clearAccount(account.sandbox)
            #expect(try turns() == 0)
            try store.begin(of: player("account"))
            try store.removeAccount(account.sandbox)
            #expect(try turns() == 0)
        }
    }

    @Test("the turns of removed sessions are deleted by later commits, a few each, also after a restart")
    func leftovers() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/a.db"
            func turns(_ store: SQLiteStore) throws -> Int64? {
                try store.database.row("SELECT count(*) FROM turns") { row throws(SQLiteError) in try row.number(0) }
            }
            try closing(SQLiteStore(path: path)) { store in
                try store.begin(of: player())
                for _ in 0..<9 { try store.say(of: player()) }
                try store.begin(of: player("other"))
                _ = try store.removeSession(of: player(), machine: machineA)
                try store.removeLeftovers(atMost: 4)
                try store.commit()
                #expect(try turns(store) == 7)
                try store.removeLeftovers(atMost: 4)
                #expect(try turns(store) == 7, "nothing was written that is to be committed")
                try store.say(of: player("other"))
                try store.removeLeftovers(atMost: 4)
                store.rollback()
                #expect(try turns(store) == 7)
            }
            try closing(SQLiteStore(path: path)) { store in
                try store.say(of: player("other"))
                try store.removeLeftovers(atMost: 100)
                try store.commit()
                #expect(try turns(store) == 2)
                #expect(try store.history(of: player("other"), machine: machineA).count == 2)
            }
        }
    }

    @Test("a new turn gets a row number above all others, also after the newest were removed")
    func growingRows() throws {
        try closing(SQLiteStore(path: ":memory:")) { store in
            func last(_ machine: MachineID) throws -> Int64 {
                try #require(
                    try store.database.row("SELECT last_turn FROM sessions WHERE machine = ?", { $0.bind(machine) }) {
                        row throws(SQLiteError) in try row.number(0)
                    })
            }
            try store.begin(machine: machineA, of: player())
            try store.begin(machine: machineB, of: player())
            for _ in 0..<3 { try store.say(machine: machineB, of: player()) }
            let removed = try last(machineB)
            _ = try store.removeSession(of: player(), machine: machineB)
            try store.removeLeftovers(atMost: 100)
            try store.begin(machine: machineB, of: player())
            #expect(try last(machineB) < removed, "numbers are used again, which this test is about")
            #expect(try last(machineB) > last(machineA))
            try store.say(machine: machineA, of: player())
            #expect(try last(machineA) > last(machineB))
        }
    }

    /// A shell's command in the folder of store.db, and the files that are lost then.
    static let losses: [(command: String, lost: [String])] = [
        ("true", []), ("rm store.db-wal", ["store.db-wal"]), ("rm store.db-wal; touch store.db-wal", ["store.db-wal"]),
        ("rm store.db", ["store.db"]), ("mv store.db other.db; cp other.db store.db", ["store.db"]),
        ("rm store.db store.db-wal", ["store.db", "store.db-wal"]), ("touch store.db store.db-wal", []),
    ]

    @Test("a file that is removed or replaced while the store is open is noticed", arguments: losses)
    func lost(command: String, lost: [String]) throws {
        try withTemporaryFolder { folder in
            for name in ["store.db", "link.db"] {
                #expect(system("cd \(folder); touch store.db; ln -sf store.db link.db") == 0)
                let store = try SQLiteStore(path: "\(folder)/\(name)")
                try fill(store)
                #expect(store.lostFiles == [])
                #expect(system("cd \(folder); \(command)") == 0)
                let paths = store.lostFiles.map { file in
                    switch file {
                    case .database(let path), .log(let path): path
                    }
                }
                #expect(paths == lost.map { "\(folder)/\($0)" })
                try store.close()
                #expect(system("cd \(folder); rm -f store.db other.db store.db-wal") == 0)
            }
            try closing(SQLiteStore(path: ":memory:")) { #expect($0.lostFiles == []) }
        }
    }

    @Test("a database has the durability of its settings", arguments: [(Durability.normal, 1 as Int64), (.full, 2)])
    func durability(durability: Durability, level: Int64) throws {
        try withTemporaryFolder { folder in
            try closing(SQLiteStore(path: "\(folder)/store.db", durability: durability)) { store in
                let synchronous = try store.database.row("PRAGMA synchronous") { row throws(SQLiteError) in
                    try row.number(0)
                }
                let journal = try store.database.row("PRAGMA journal_mode") { row throws(SQLiteError) in try row.text(0)
                }
                #expect(synchronous == level)
                #expect(journal == "wal")
            }
        }
    }
}
