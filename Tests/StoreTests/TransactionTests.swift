import Dialogue
import Store
import Testing

@Suite("Transactions") struct TransactionTests {
    /// Every kind of write, over what `prepare` left.
    enum Change: CaseIterable {
        case begin, beginAgain, append, appendTwice, saveSession, moveSession, removeSession, save, saveAgain,
            removeAll, makeAccount, touchAccount, saveSettings, clearAccount, removeAccount, makeAPIKey,
            revokeAPIKey, setCounter, keepUpload, savePersona, savePersonaAgain, removePersona,
            removeAllOnPersona, everything

        func apply(to store: any Store) throws {
            let first = SandboxID(number: 1)
            switch self {
            case .begin: try store.begin(9, of: player("new"))
            case .beginAgain: try store.begin(9, of: player())
            case .append: try store.say(of: player())
            case .appendTwice:
                try store.say(of: player())
                try store.say(of: player())
            case .saveSession:
                var session = sampleSession()
                session.score = 70
                session.turnCount = 9
                _ = try store.save(session, of: player())
            case .moveSession: try store.moveSession(of: player(), machine: machineA, to: player("other"))
            case .removeSession: _ = try store.removeSession(of: player(), machine: machineA)
            case .save: try store.save(Progress(inits: 4), of: player("new"))
            case .saveAgain: try store.save(Progress(inits: 4), of: player())
            case .removeAll: _ = try store.removeAll(of: player())
            case .makeAccount: _ = try store.makeAccount(name: "third", isOpen: true, at: Timestamp(seconds: 5))
            case .touchAccount: try store.touchAccount(first, at: Timestamp(seconds: 5))
            case .saveSettings: try store.saveSettings("{}", of: first)
            case .clearAccount: try store.clearAccount(first)
            case .removeAccount: try store.removeAccount(first)
            case .makeAPIKey: try store.makeAPIKey(sampleKey(9, sandbox: 1))
            case .revokeAPIKey: _ = try store.revokeAPIKey(sampleKey(1, sandbox: 1).id, of: first)
            case .setCounter: try store.setCounter("spent", of: first, to: 8)
            case .keepUpload: try store.keepUpload("a/c.png", of: first)
            case .savePersona: try store.save(sampleRecord(2))
            case .savePersonaAgain: try store.save(sampleRecord(document: nil))
            case .removePersona: try store.removePersona(PersonaID(1), of: first)
            case .removeAllOnPersona: try store.removeAll(on: PersonaID(1))
            case .everything: for change in Self.allCases where change != .everything { try? change.apply(to: store) }
            }
        }
    }

    private let players = [player(), player("other"), player("new"), player(sandbox: 2)]

    private func prepare(_ store: any Store) throws {
        for name in ["first", "second"] {
            _ = try store.makeAccount(name: name, isOpen: true, at: Timestamp(seconds: 1))
        }
        try store.saveSettings("old", of: SandboxID(number: 1))
        try store.makeAPIKey(sampleKey(1, sandbox: 1))
        try store.setCounter("spent", of: SandboxID(number: 1), to: 7)
        try store.keepUpload("a/b.png", of: SandboxID(number: 1))
        try store.save(sampleRecord())
        for player in [player(), player("other"), player(sandbox: 2)] {
            for machine in [machineA, machineB] {
                try store.begin(machine: machine, of: player)
                try store.say(machine: machine, of: player)
            }
            try store.save(Progress(inits: 2, unlocked: [machineB]), of: player)
        }
        try store.commit()
    }

    @Test(
        "a write is visible at once, and a rollback takes back all of it", arguments: StoreKind.allCases,
        Change.allCases)
    func rollback(kind: StoreKind, change: Change) throws {
        try kind.with { store in
            try prepare(store)
            let before = try Snapshot(of: store, players: players)
            try change.apply(to: store)
            #expect(try Snapshot(of: store, players: players) != before)
            store.rollback()
            #expect(try Snapshot(of: store, players: players) == before)
        }
    }

    @Test("a rollback leaves what was committed", arguments: StoreKind.allCases, Change.allCases)
    func commit(kind: StoreKind, change: Change) throws {
        try kind.with { store in
            try prepare(store)
            try change.apply(to: store)
            let after = try Snapshot(of: store, players: players)
            try store.commit()
            store.rollback()
            #expect(try Snapshot(of: store, players: players) == after)
        }
    }

    @Test("a change after a rollback does the same as before", arguments: StoreKind.allCases, Change.allCases)
    func again(kind: StoreKind, change: Change) throws {
        try kind.with { store in
            try prepare(store)
            try change.apply(to: store)
            let after = try Snapshot(of: store, players: players)
            store.rollback()
            try change.apply(to: store)
            #expect(try Snapshot(of: store, players: players) == after)
        }
    }

    @Test("commit and rollback are allowed with nothing written, any number of times", arguments: StoreKind.allCases)
    func nothing(kind: StoreKind) throws {
        try kind.with { store in
            for _ in 0..<3 {
                try store.commit()
                store.rollback()
            }
            try store.begin(of: player())
            try store.commit()
            try store.commit()
            store.rollback()
            #expect(try store.sessions(of: player()).count == 1)
        }
    }

    @Test("a refused write leaves the other writes of the batch to be committed", arguments: StoreKind.allCases)
    func refused(kind: StoreKind) throws {
        try kind.with { store in
            _ = try store.makeAccount(name: "a", isOpen: false, at: Timestamp(seconds: 1))
            #expect(throws: StoreError.self) {
                try store.makeAccount(name: "a", isOpen: false, at: Timestamp(seconds: 1))
            }
            #expect(throws: StoreError.self) { try store.append(sampleTurn(1), to: sampleSession(), of: player()) }
            try store.commit()
            store.rollback()
            #expect(try store.accounts().map(\.name) == ["a"])
        }
    }
}
