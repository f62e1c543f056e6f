import Dialogue
import Store
import Testing

@Suite("Accounts") struct AccountTests {
    private let now = Timestamp(seconds: 1_000)

    @Test("accounts are listed in the order in which they were made", arguments: StoreKind.allCases)
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

    @Test("touching an account changes only its time", arguments: StoreKind.allCases)
    func touch(kind: StoreKind) throws {
        try kind.with { store in
            var a = try store.makeAccount(name: "a", isOpen: true, at: now)
            let b = try store.makeAccount(name: "b", isOpen: true, at: now)
            try store.touchAccount(a.sandbox, at: Timestamp(seconds: 2_000))
            a.lastUsedAt = Timestamp(seconds: 2_000)
            #expect(try store.accounts() == [a, b])
        }
    }

    @Test("settings are read as they were saved last, byte for byte", arguments: StoreKind.allCases)
    func settings(kind: StoreKind) throws {
        try kind.with { store in
            var a = try store.makeAccount(name: "a", isOpen: true, at: now)
            let b = try store.makeAccount(name: "b", isOpen: true, at: now)
            #expect(a.settings.isEmpty)
            for text in HistoryTests.texts {
                try store.saveSettings(text, of: a.sandbox)
                a.settings = text
                let read = try store.accounts()
                #expect(read == [a, b])
                #expect(read[0].settings.utf8.elementsEqual(text.utf8))
            }
        }
    }

    @Test("changing an account that does not exist does nothing", arguments: StoreKind.allCases)
    func gone(kind: StoreKind) throws {
        try kind.with { store in
            let account = try store.makeAccount(name: "a", isOpen: true, at: now)
            let nobody = SandboxID(number: account.sandbox.number + 1)
            try store.touchAccount(nobody, at: Timestamp(seconds: 2_000))
            try store.saveSettings("{}", of: nobody)
            try store.clearAccount(nobody)
            try store.removeAccount(nobody)
            try store.commit()
            #expect(try store.accounts() == [account])
        }
    }

    /// What may go of an account.
    enum Extent: CaseIterable {
        case account, contents
    }

    @Test(
        "removing an account removes everything in its sandbox and nothing else; clearing it leaves its row",
        arguments: StoreKind.allCases, Extent.allCases)
    func cascade(kind: StoreKind, extent: Extent) throws {
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
            for sandbox in [gone, kept] {
                try store.makeAPIKey(sampleKey(UInt8(sandbox), sandbox: sandbox))
                try store.setCounter("spent", of: SandboxID(number: sandbox), to: 7)
                try store.keepUpload("\(sandbox).png", of: SandboxID(number: sandbox))
                try store.save(sampleRecord(sandbox: sandbox))
                try store.saveSettings("{}", of: SandboxID(number: sandbox))
            }
            let accounts = try store.accounts()
            let before = try Contents(of: SandboxID(number: kept), in: store, players(kept))
            switch extent {
            case .account: try store.removeAccount(SandboxID(number: gone))
            case .contents: try store.clearAccount(SandboxID(number: gone))
            }
            try store.commit()
            let cleared = AccountRecord(sandbox: SandboxID(number: gone), name: "gone", isOpen: true, lastUsedAt: now)
            #expect(try store.accounts() == (extent == .account ? [] : [cleared]) + [accounts[1]])
            #expect(
                try Contents(of: SandboxID(number: gone), in: store, players(gone))
                    == Contents(of: SandboxID(number: gone), in: MemoryStore(), players(gone)))
            #expect(try Contents(of: SandboxID(number: kept), in: store, players(kept)) == before)
        }
    }

    /// What may be in a sandbox, one thing each.
    static let contents: [(String, @Sendable (any Store, SandboxID) throws -> Void)] = [
        ("a session", { try $0.begin(of: player("a", sandbox: $1.number)) }),
        ("progress", { try $0.save(Progress(inits: 1), of: player("a", sandbox: $1.number, channel: "web")) }),
        ("an API key", { try $0.makeAPIKey(sampleKey(1, sandbox: $1.number)) }),
        ("a counter", { try $0.setCounter("spent", of: $1, to: 1) }),
        ("an upload", { try $0.keepUpload("a.png", of: $1) }),
        ("a persona", { try $0.save(sampleRecord(sandbox: $1.number)) }),
    ]

    @Test("a sandbox is empty until something is in it, and after it was cleared", arguments: StoreKind.allCases)
    func isEmpty(kind: StoreKind) throws {
        try kind.with { store in
            let a = try store.makeAccount(name: "a", isOpen: true, at: now).sandbox
            let b = try store.makeAccount(name: "b", isOpen: true, at: now).sandbox
            try store.saveSettings("{}", of: a)
            #expect(try store.isEmpty(a))
            for (name, add) in Self.contents {
                try add(store, a)
                #expect(try !store.isEmpty(a), "\(name)")
                #expect(try store.isEmpty(b), "\(name)")
                try store.commit()
                #expect(try !store.isEmpty(a), "\(name)")
                try store.clearAccount(a)
                #expect(try store.isEmpty(a), "\(name)")
            }
            #expect(try store.isEmpty(SandboxID(number: 77)))
        }
    }

    /// All that one sandbox holds.
    private struct Contents: Equatable {
        let rooms: [Snapshot.Room]
        let players: [PlayerKey]
        let keys: [APIKeyRecord]
        let counters: [String]
        let uploads: [String]
        let personas: [PersonaRecord]

        init(of sandbox: SandboxID, in store: any Store, _ players: [PlayerKey]) throws {
            rooms = try Snapshot(of: store, players: players).rooms
            self.players = try store.players(in: sandbox)
            keys = try store.apiKeys(of: sandbox)
            counters = try store.counters(of: sandbox).map { "\($0.name): \($0.value)" }
            uploads = try store.uploads(of: sandbox)
            personas = try store.personas().filter { $0.sandbox == sandbox }
        }
    }
}
