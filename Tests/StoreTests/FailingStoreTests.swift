import Dialogue
import Support
import Testing

@testable import Store

@Suite("The failing store") struct FailingStoreTests {
    /// Every throwing call of a store by its name, each of which succeeds on what the ones before it left.
    private static let calls: [(name: String, call: @Sendable (any BackingStore) throws -> Void)] = [
        (
            "makeAccount(name:isOpen:at:)",
            { _ = try $0.makeAccount(name: "a", isOpen: true, at: Timestamp(seconds: 1)) }
        ),
        ("accounts()", { _ = try $0.accounts() }),
        ("touchAccount(_:at:)", { try $0.touchAccount(SandboxID(number: 1), at: Timestamp(seconds: 2)) }),
        ("saveSettings(_:of:)", { try $0.saveSettings("{}", of: SandboxID(number: 1)) }),
        ("begin(_:turns:of:)", { try $0.begin(sampleSession(), greeting: sampleTurn(0), of: player()) }),
        ("session(of:machine:)", { _ = try $0.session(of: player(), machine: machineA) }),
        ("session(_:in:)", { _ = try $0.session(SessionID(1), in: SandboxID(number: 1)) }),
        ("sessions(of:)", { _ = try $0.sessions(of: player()) }),
        ("latestSession(of:)", { _ = try $0.latestSession(of: player()) }),
        ("append(_:to:of:)", { try $0.append(sampleTurn(1), to: sampleSession(), of: player()) }),
        ("place(of:of:)", { _ = try $0.place(of: sampleSession(), of: player()) }),
        (
            "append(_:to:of:at:)",
            {
                let place = SessionPlace(row: 0, lastTurn: 2)
                _ = try $0.append(sampleTurn(2), to: sampleSession(), of: player(), at: place)
            }
        ),
        ("save(_:of:)", { _ = try $0.save(sampleSession(), of: player()) }),
        ("history(of:machine:)", { _ = try $0.history(of: player(), machine: machineA) }),
        ("openHistory(of:machine:)", { _ = try $0.openHistory(of: player(), machine: machineA) }),
        ("latestLines(of:machine:_:)", { try $0.latestLines(of: player(), machine: machineA) { _ in true } }),
        ("latestTurn(of:machine:)", { _ = try $0.latestTurn(of: player(), machine: machineA) }),
        ("save(_:of:)", { try $0.save(Progress(inits: 1), of: player()) }),
        ("progress(of:)", { _ = try $0.progress(of: player()) }),
        ("records(in:)", { _ = try $0.players(in: SandboxID(number: 1)) }),
        ("dueSessions(in:until:_:)", { try $0.dueSessions(in: SandboxID(number: 1), until: .latest) { _ in true } }),
        ("sessionCount(in:)", { _ = try $0.sessionCount(in: SandboxID(number: 1)) }),
        ("setCounter(_:of:to:)", { try $0.setCounter("spent", of: SandboxID(number: 1), to: 1) }),
        ("counter(_:of:)", { _ = try $0.counter("spent", of: SandboxID(number: 1)) }),
        ("counters(of:)", { _ = try $0.counters(of: SandboxID(number: 1)) }),
        ("keepUpload(_:of:)", { try $0.keepUpload("a/b.png", of: SandboxID(number: 1)) }),
        ("uploads(of:)", { _ = try $0.uploads(of: SandboxID(number: 1)) }),
        ("uploads()", { _ = try $0.uploads() }),
        ("makeAPIKey(_:)", { try $0.makeAPIKey(sampleKey(1, sandbox: 1)) }),
        ("apiKeys(of:)", { _ = try $0.apiKeys(of: SandboxID(number: 1)) }),
        ("apiKey(digest:)", { _ = try $0.apiKey(digest: [1]) }),
        ("sandbox(ofKey:)", { _ = try $0.sandbox(ofKey: [1]) }),
        ("revokeAPIKey(_:of:)", { _ = try $0.revokeAPIKey(APIKeyID(1), of: SandboxID(number: 1)) }),
        ("moveSession(of:machine:to:)", { try $0.moveSession(of: player(), machine: machineA, to: player("b")) }),
        ("removeSession(of:machine:)", { _ = try $0.removeSession(of: player("b"), machine: machineA) }),
        ("removeAll(of:)", { _ = try $0.removeAll(of: player()) }),
        ("save(_:)", { try $0.save(sampleRecord()) }),
        ("personas()", { _ = try $0.personas() }),
        ("personas(of:)", { _ = try $0.personas(of: SandboxID(number: 1)) }),
        ("removePersona(_:of:)", { try $0.removePersona(PersonaID(1), of: SandboxID(number: 1)) }),
        ("removeAll(on:)", { try $0.removeAll(on: PersonaID(1)) }),
        ("isEmpty(_:)", { _ = try $0.isEmpty(SandboxID(number: 1)) }),
        ("clearAccount(_:)", { try $0.clearAccount(SandboxID(number: 1)) }),
        ("removeAccount(_:)", { try $0.removeAccount(SandboxID(number: 1)) }),
        ("commit()", { try $0.commit() }),
    ]

    /// What the protocols of a store declare. What belongs to a commit is no call of its own.
    @Test("the failing store has every call of a store that may fail")
    func complete() throws {
        let files = try Repository.files(below: "Sources/Store").filter { !$0.contains("/SQLite/") }
        let texts = try files.map { try Repository.text($0) }
        let protocols = texts.flatMap {
            $0.matches(of: #/public protocol \w*Store\b[^{]*\{(.*?)\n\}/#.dotMatchesNewlines())
        }
        let declared = protocols.flatMap { found in
            found.output.1.matches(of: #/func (\w+)\(([^)]*(?:\([^)]*\)[^)]*)*)\) throws\(StoreError\)/#).map {
                function in
                let labels = function.output.2.split(separator: ",").map { parameter in
                    parameter.split(whereSeparator: { $0 == " " || $0 == ":" || $0.isNewline }).first.map { "\($0):" }
                        ?? ""
                }
                return "\(function.output.1)(\(labels.joined()))"
            }
        }
        #expect(declared.count > 30)
        #expect(Set(declared).subtracting(["removeLeftovers(atMost:)"]) == Set(Self.calls.map(\.name)))
    }

    @Test("only the call with the given number fails", arguments: 1...calls.count)
    func failsOnce(failing: Int) {
        let store = FailingStore(MemoryStore(), failingAt: failing)
        for (index, (_, call)) in Self.calls.enumerated() {
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

    @Test("a failed write is visible until the rollback")
    func leftovers() throws {
        let store = FailingStore(MemoryStore(), failingAt: 1)
        #expect(throws: FailingStore.failure) { try store.begin(of: player()) }
        #expect(try store.sessions(of: player()).count == 1)
        store.rollback()
        #expect(try store.sessions(of: player()).isEmpty)
    }

    @Test("a failed commit commits nothing")
    func commit() throws {
        let store = FailingStore(MemoryStore())
        try store.begin(of: player())
        store.fail(in: 1)
        #expect(throws: FailingStore.failure) { try store.commit() }
        store.rollback()
        #expect(try store.sessions(of: player()).isEmpty)
    }
}
