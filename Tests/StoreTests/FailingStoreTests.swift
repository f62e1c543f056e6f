import Dialogue
import Store
import Support
import Testing

@Suite("The failing store") struct FailingStoreTests {
    /// Every throwing call of a store, each of which succeeds on what the ones before it left.
    private static let calls: [@Sendable (any Store) throws -> Void] = [
        { _ = try $0.makeAccount(name: "a", isOpen: true, at: Timestamp(seconds: 1)) },
        { _ = try $0.accounts() },
        { try $0.touchAccount(SandboxID(number: 1), at: Timestamp(seconds: 2)) },
        { try $0.saveSettings("{}", of: SandboxID(number: 1)) },
        { try $0.begin(sampleSession(), greeting: sampleTurn(0), of: player()) },
        { _ = try $0.session(of: player(), machine: machineA) },
        { _ = try $0.sessions(of: player()) },
        { _ = try $0.latestSession(of: player()) },
        { try $0.append(sampleTurn(1), to: sampleSession(), of: player()) },
        { _ = try $0.save(sampleSession(), of: player()) },
        { _ = try $0.history(of: player(), machine: machineA) },
        { try $0.save(Progress(inits: 1), of: player()) },
        { _ = try $0.progress(of: player()) },
        { _ = try $0.players(in: SandboxID(number: 1)) },
        { _ = try $0.sessionCount(in: SandboxID(number: 1)) },
        { try $0.setCounter("spent", of: SandboxID(number: 1), to: 1) },
        { _ = try $0.counters(of: SandboxID(number: 1)) },
        { try $0.keepUpload("a/b.png", of: SandboxID(number: 1)) },
        { _ = try $0.uploads(of: SandboxID(number: 1)) },
        { _ = try $0.removeSession(of: player(), machine: machineA) },
        { _ = try $0.removeAll(of: player()) },
        { try $0.save(sampleRecord()) },
        { _ = try $0.personas() },
        { try $0.removePersona(PersonaID(1), of: SandboxID(number: 1)) },
        { try $0.removeAll(on: PersonaID(1)) },
        { try $0.clearAccount(SandboxID(number: 1)) },
        { try $0.removeAccount(SandboxID(number: 1)) },
        { try $0.commit() },
    ]

    @Test("the named call fails, whichever it is, and no other", arguments: 1...calls.count)
    func failsOnce(failing: Int) {
        let store = FailingStore(MemoryStore(), failingAt: failing)
        for (index, call) in Self.calls.enumerated() {
            #expect(!(store.hasFailed && index < failing - 1))
            if index + 1 == failing {
                #expect(throws: FailingStore.failure) { try call(store) }
                #expect(store.hasFailed)
            } else {
                #expect(throws: Never.self) { try call(store) }
            }
        }
        #expect(store.calls == Self.calls.count)
    }

    @Test("a write that failed is there until the rollback")
    func leftovers() throws {
        let store = FailingStore(MemoryStore(), failingAt: 1)
        #expect(throws: FailingStore.failure) { try store.begin(of: player()) }
        #expect(try store.sessions(of: player()).count == 1)
        store.rollback()
        #expect(try store.sessions(of: player()).isEmpty)
    }

    @Test("a commit that failed has committed nothing")
    func commit() throws {
        let store = FailingStore(MemoryStore())
        try store.begin(of: player())
        store.fail(in: 1)
        #expect(throws: FailingStore.failure) { try store.commit() }
        store.rollback()
        #expect(try store.sessions(of: player()).isEmpty)
    }
}
