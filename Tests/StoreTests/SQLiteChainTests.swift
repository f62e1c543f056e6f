import Dialogue
import Testing

@testable import Store

/// The links between a session's turns, as another program may have changed them. Sam's six turns have the rows 1 to 6,
/// Eve's six the rows 7 to 12.
@Suite("Damaged histories") struct SQLiteChainTests {
    private let sam = player("sam")
    private let eve = player("eve")

    private func withDamage(_ script: String, _ body: (SQLiteStore) throws -> Void) throws {
        try closing(SQLiteStore(path: ":memory:")) { store in
            for (number, player) in [sam, eve].enumerated() {
                try store.begin(UInt64(number + 1), of: player)
                for _ in 0..<5 { try store.say(of: player) }
            }
            try store.commit()
            try store.database.execute(script: "PRAGMA ignore_check_constraints = ON; \(script)")
            try body(store)
        }
    }

    private func history(from records: [PlayerRecord], of player: PlayerKey) throws -> [Turn] {
        let record = try #require(records.first { $0.key == player })
        var turns: [Turn] = []
        while let piece = try record.sessions[0].history.next() { turns += piece }
        return turns
    }

    static let damages = [
        "UPDATE turns SET previous = 5 WHERE id = 3", "UPDATE turns SET previous = 6 WHERE id = 6",
        "DELETE FROM turns WHERE id = 1", "DELETE FROM turns WHERE id = 3", "DELETE FROM turns WHERE id = 6",
        "UPDATE turns SET previous = NULL WHERE id = 3", "UPDATE turns SET previous = NULL WHERE id = 6",
        "UPDATE turns SET previous = 2 WHERE id = 5", "UPDATE turns SET previous = 0 WHERE id = 1",
        "UPDATE turns SET previous = -7 WHERE id = 1", "UPDATE turns SET number = 2 WHERE id = 4",
        "UPDATE turns SET number = 99 WHERE id = 4", "UPDATE turns SET number = 6 WHERE id = 6",
        "UPDATE turns SET follow_up = 7 WHERE id = 4", "UPDATE turns SET state_key = '' WHERE id = 4",
        "UPDATE sessions SET last_turn = 5 WHERE player = 'sam'",
        "UPDATE sessions SET last_turn = 0 WHERE player = 'sam'",
        "UPDATE sessions SET last_turn = -5 WHERE player = 'sam'",
        "UPDATE sessions SET turn_count = 3 WHERE player = 'sam'",
        "UPDATE sessions SET last_turn = \(Int64.max) WHERE player = 'sam'",
        "UPDATE sessions SET last_turn = 11 WHERE player = 'sam'", "DELETE FROM turns",
    ]

    @Test("a damaged history is an error and never a shorter one; others are whole", arguments: damages)
    func damaged(script: String) throws {
        try withDamage(script) { store in
            let error = try #require(throws: StoreError.self) { try store.history(of: sam, machine: machineA) }
            #expect(error.isDamage, "\(error.message)")
            #expect(throws: StoreError.self) {
                _ = try history(from: store.records(in: SandboxID(number: 1)), of: sam)
            }
            guard script != "DELETE FROM turns" else { return }
            #expect(try store.history(of: eve, machine: machineA) == (0...5).map { sampleTurn($0) })
        }
    }

    /// Damage of the last turn, or of what a session says of it.
    static let lastTurns = [
        "DELETE FROM turns WHERE id = 6", "UPDATE turns SET number = 6 WHERE id = 6",
        "UPDATE turns SET previous = 6 WHERE id = 6", "UPDATE sessions SET last_turn = 0 WHERE player = 'sam'",
        "UPDATE turns SET previous = NULL WHERE id = 6",
    ]

    @Test("the newest turn of a damaged history is an error", arguments: lastTurns)
    func latest(script: String) throws {
        try withDamage(script) { store in
            let error = try #require(throws: StoreError.self) { try store.latestTurn(of: sam, machine: machineA) }
            #expect(error.isDamage)
        }
    }

    static let appendedTo = [
        "DELETE FROM turns WHERE id = 6", "UPDATE turns SET number = 6 WHERE id = 6",
        "UPDATE sessions SET last_turn = 0 WHERE player = 'sam'",
    ]

    @Test("no turn is appended to a last turn that is missing or another one's", arguments: appendedTo)
    func append(script: String) throws {
        try withDamage(script) { store in
            let error = try #require(throws: StoreError.self) { try store.say(of: sam) }
            #expect(error.isDamage)
            #expect(!store.database.isInTransaction, "nothing was written")
            try store.say(of: eve)
            try store.commit()
            #expect(try store.history(of: eve, machine: machineA) == (0...6).map { sampleTurn($0) })
        }
    }

    @Test("lines are read up to the damage, which is an error")
    func lines() throws {
        try withDamage("UPDATE turns SET previous = NULL WHERE id = 3") { store in
            var lines = 0
            let error = try #require(throws: StoreError.self) {
                try store.latestLines(of: sam, machine: machineA) { _ in
                    lines += 1
                    return true
                }
            }
            #expect(error.isDamage)
            #expect(lines == 3)
            try store.latestLines(of: sam, machine: machineA) { _ in false }
        }
    }

    @Test("a damaged session can be removed and begun again", arguments: damages)
    func removed(script: String) throws {
        try withDamage(script) { store in
            #expect(try store.removeSession(of: sam, machine: machineA))
            for _ in 0..<10 {
                try store.setCounter("c", of: sam.sandbox, to: 1)
                try store.removeLeftovers(atMost: 2)
                try store.commit()
            }
            try store.begin(of: sam)
            try store.commit()
            #expect(try store.history(of: sam, machine: machineA) == [sampleTurn(0)])
        }
    }

    @Test("an error of damage names the file, what is damaged, and the command that reports all of it")
    func message() throws {
        try withDamage("DELETE FROM turns WHERE id = 3") { store in
            let error = try #require(throws: StoreError.self) { try store.history(of: sam, machine: machineA) }
            #expect(
                error.message == "the database :memory: is damaged: turn 3 is missing; stop the server and run "
                    + "'foilmock check --db :memory:', which reports all of the damage")
        }
    }

    @Test("the number of turns goes with a session that is moved, and grows with it")
    func counted() throws {
        try withDamage("") { store in
            try store.moveSession(of: sam, machine: machineA, to: player("zed"))
            try store.say(of: player("zed"))
            #expect(try store.history(of: player("zed"), machine: machineA).count == 7)
        }
    }
}
