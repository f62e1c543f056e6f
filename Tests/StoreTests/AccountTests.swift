import Dialogue
import Store
import Testing

@Suite("Accounts") struct AccountTests {
    private let now = Timestamp(seconds: 1_000)

    @Test("accounts are told in the order they were made", arguments: StoreKind.allCases)
    func order(kind: StoreKind) throws {
        try kind.with { store in
            let names = ["demo", "alpha", "pk_test_zebra", "Ünïcode\0"]
            let made = try names.map { try store.makeAccount(name: $0, isOpen: $0.hasPrefix("pk"), at: now) }
            #expect(made.map(\.name) == names)
            #expect(made.map(\.isOpen) == [false, false, true, false])
            #expect(made.allSatisfy { $0.lastUsedAt == now })
            #expect(try store.accounts() == made)
        }
    }

    @Test("a name is unique among named accounts, and among open ones", arguments: StoreKind.allCases)
    func unique(kind: StoreKind) throws {
        try kind.with { store in
            let named = try store.makeAccount(name: "demo", isOpen: false, at: now)
            let open = try store.makeAccount(name: "demo", isOpen: true, at: now)
            #expect(named.sandbox != open.sandbox)
            for isOpen in [false, true] {
                #expect(throws: StoreError.self) { try store.makeAccount(name: "demo", isOpen: isOpen, at: now) }
            }
            #expect(try store.accounts() == [named, open])
            try store.commit()
        }
    }

    @Test("a refused name uses up no number", arguments: StoreKind.allCases)
    func noGap(kind: StoreKind) throws {
        try kind.with { store in
            let first = try store.makeAccount(name: "a", isOpen: false, at: now)
            _ = try? store.makeAccount(name: "a", isOpen: false, at: now)
            let second = try store.makeAccount(name: "b", isOpen: false, at: now)
            #expect(second.sandbox.number == first.sandbox.number + 1)
        }
    }

    @Test("a sandbox's number is never given again", arguments: StoreKind.allCases)
    func neverAgain(kind: StoreKind) throws {
        try kind.with { store in
            var given: Set<SandboxID> = []
            for _ in 0..<5 {
                let account = try store.makeAccount(name: "same", isOpen: true, at: now)
                #expect(given.insert(account.sandbox).inserted)
                try store.removeAccount(account.sandbox)
                try store.commit()
            }
        }
    }

    @Test("touching an account moves its time alone", arguments: StoreKind.allCases)
    func touch(kind: StoreKind) throws {
        try kind.with { store in
            var a = try store.makeAccount(name: "a", isOpen: true, at: now)
            let b = try store.makeAccount(name: "b", isOpen: true, at: now)
            try store.touchAccount(a.sandbox, at: Timestamp(seconds: 2_000))
            a.lastUsedAt = Timestamp(seconds: 2_000)
            #expect(try store.accounts() == [a, b])
        }
    }

    @Test("touching or removing an account that is gone does nothing", arguments: StoreKind.allCases)
    func gone(kind: StoreKind) throws {
        try kind.with { store in
            let account = try store.makeAccount(name: "a", isOpen: true, at: now)
            let nobody = SandboxID(number: account.sandbox.number + 1)
            try store.touchAccount(nobody, at: Timestamp(seconds: 2_000))
            try store.removeAccount(nobody)
            try store.commit()
            #expect(try store.accounts() == [account])
        }
    }

    @Test("removing an account takes everything in its sandbox and nothing else", arguments: StoreKind.allCases)
    func cascade(kind: StoreKind) throws {
        try kind.with { store in
            let gone = try store.makeAccount(name: "gone", isOpen: true, at: now).sandbox.number
            let kept = try store.makeAccount(name: "kept", isOpen: true, at: now).sandbox.number
            func players(_ sandbox: Int64) -> [PlayerKey] {
                [
                    player("a", sandbox: sandbox), player("b", sandbox: sandbox),
                    player("a", sandbox: sandbox, channel: "web"), player("a", sandbox: sandbox, persona: 2),
                ]
            }
            for player in players(gone) + players(kept) {
                for machine in [machineA, machineB] {
                    try store.begin(machine: machine, of: player)
                    try store.say(machine: machine, of: player)
                }
                try store.save(Progress(inits: 2, unlocked: [machineB]), of: player)
            }
            let before = try Snapshot(of: store, players: players(kept))
            try store.removeAccount(SandboxID(number: gone))
            try store.commit()
            #expect(try store.accounts().map(\.name) == ["kept"])
            #expect(
                try Snapshot(of: store, players: players(gone)).rooms
                    == Snapshot(of: MemoryStore(), players: players(gone)).rooms)
            #expect(try Snapshot(of: store, players: players(kept)).rooms == before.rooms)
        }
    }
}
