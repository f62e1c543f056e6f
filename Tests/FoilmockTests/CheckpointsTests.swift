import Dialogue
import EventLoop
import Glibc
import Store
import Support
import Testing

@testable import Program

@Suite("Checkpoints of the write-ahead log")
struct CheckpointsTests {
    private let folder = TemporaryFolder()
    private let loop = Loop()

    /// Commits once, which writes a few pages to the log.
    private func write(_ store: SQLiteStore, _ number: Int) throws {
        _ = try store.makeAccount(name: "account \(number)", isOpen: true, at: Timestamp(seconds: 1))
        try store.commit()
    }

    @Test("the log stays short while batches are committed", arguments: Durability.allCases)
    func short(durability: Durability) throws {
        let store = try SQLiteStore(path: folder.place("store.db"), durability: durability)
        let checkpoints = Checkpoints(
            loop, store, writesAhead: durability == .normal, at: 20, warn: { Issue.record("warned: \($0)") })
        var longest = 0
        for number in 0..<100 {
            try write(store, number)
            checkpoints.batchEnded()
            longest = max(longest, store.loggedPages)
        }
        #expect((10..<20).contains(longest))
        try store.close()
    }

    @Test("a database in memory needs none")
    func memory() throws {
        let store = try SQLiteStore(path: ":memory:")
        let checkpoints = Checkpoints(loop, store, writesAhead: true, at: 1, warn: { Issue.record("warned: \($0)") })
        try write(store, 1)
        checkpoints.batchEnded()
        try store.close()
    }

    @Test("a checkpoint that fails is warned of once, and tried again when the log has grown as much again")
    func failing() throws {
        let store = try SQLiteStore(path: folder.place("store.db"))
        var warnings: [String] = []
        let checkpoints = Checkpoints(loop, store, writesAhead: true, at: 20, warn: { warnings.append($0) })
        for number in 0..<20 { try write(store, number) }
        // Afterwards every operation fails.
        try store.close()
        for _ in 0..<2 { checkpoints.batchEnded() }
        #expect(warnings.count == 1)
        #expect(warnings.first?.hasPrefix("the write-ahead log could not be copied to the database") == true)
    }
}
