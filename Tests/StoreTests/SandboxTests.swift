import Dialogue
import Store
import Testing

@Suite("The contents of a sandbox") struct SandboxTests {
    private let sandbox = SandboxID(number: 1)

    /// As a store lists them: by bytes, so "Z" before "a", and "é" as one letter after "e" with an accent.
    private static let players = [
        player("z", channel: ""), player("a", channel: "SDK"), player(""), player("\0"), player("Z"), player("a"),
        player("a\0"), player("ab"), player("e\u{301}"), player("\u{E9}"), player("\u{FFFD}"), player("\u{1F525}"),
        player("a", persona: 2), player("a", persona: .max), player("a", channel: "web"),
        player("a", channel: "web\0"),
    ]

    @Test("players are listed by channel, persona and name, compared by bytes", arguments: StoreKind.allCases, 0...2)
    func order(kind: StoreKind, having: Int) throws {
        try kind.with { store in
            for player in Self.players.reversed() {
                if having != 1 { try store.begin(of: player) }
                if having != 0 { try store.save(Progress(inits: 1), of: player) }
            }
            #expect(try store.players(in: sandbox) == Self.players)
        }
    }

    @Test("a player with a session, a progress or both is listed once", arguments: StoreKind.allCases)
    func once(kind: StoreKind) throws {
        try kind.with { store in
            for machine in [machineA, machineB] { try store.begin(machine: machine, of: player("both")) }
            try store.save(Progress(inits: 1), of: player("both"))
            try store.save(Progress(inits: 1), of: player("progress"))
            try store.begin(of: player("session"))
            try store.begin(of: player("elsewhere", sandbox: 2))
            #expect(try store.players(in: sandbox).map(\.player) == ["both", "progress", "session"])

            _ = try store.removeAll(of: player("both"))
            _ = try store.removeSession(of: player("session"), machine: machineA)
            #expect(try store.players(in: sandbox).map(\.player) == ["progress"])
            #expect(try store.players(in: SandboxID(number: 3)).isEmpty)
        }
    }

    @Test("sessions of all players are counted, and progress is not", arguments: StoreKind.allCases)
    func count(kind: StoreKind) throws {
        try kind.with { store in
            #expect(try store.sessionCount(in: sandbox) == 0)
            for machine in [machineA, machineB] { try store.begin(machine: machine, of: player("a")) }
            try store.begin(of: player("a", channel: "web"))
            try store.begin(2, of: player("a"))
            try store.save(Progress(inits: 1), of: player("b"))
            try store.begin(of: player("a", sandbox: 2))
            #expect(try store.sessionCount(in: sandbox) == 3)
            _ = try store.removeSession(of: player("a"), machine: machineB)
            #expect(try store.sessionCount(in: sandbox) == 2)
        }
    }

    @Test("players whose names differ in bytes alone share nothing", arguments: StoreKind.allCases)
    func bytes(kind: StoreKind) throws {
        let names = [
            "Zo\u{EB}", "Zoe\u{308}", "\u{301}", "\u{301}\u{327}", "\u{327}\u{301}", "\0", "", "\u{212A}", "K",
        ]
        try kind.with { store in
            for (number, name) in names.enumerated() {
                try store.begin(UInt64(number + 1), of: player(name))
                let variables: Texts = [ExactText(name): "\(number)\0"]
                try store.save(Progress(inits: number, variables: variables), of: player(name))
                try store.setCounter(name, of: sandbox, to: number)
                try store.keepUpload(name, of: sandbox)
            }
            try store.commit()
            #expect(try store.players(in: sandbox).count == names.count)
            #expect(try store.counters(of: sandbox).count == names.count)
            #expect(try store.uploads(of: sandbox).count == names.count)
            for (number, name) in names.enumerated() {
                #expect(try store.session(of: player(name), machine: machineA)?.id == SessionID(UInt64(number + 1)))
                #expect(try store.progress(of: player(name)).variables[name] == "\(number)\0")
                #expect(try store.counter(name, of: sandbox) == number)
            }
            _ = try store.removeAll(of: player(names[0]))
            #expect(try store.players(in: sandbox).count == names.count - 1)
        }
    }

    @Test("counters are listed by name, each with its last value", arguments: StoreKind.allCases)
    func counters(kind: StoreKind) throws {
        try kind.with { store in
            for (name, value) in [("spent", 1), ("conversations b", 2), ("", 3), ("conversations a", 4), ("spent", 0)] {
                try store.setCounter(name, of: sandbox, to: value)
            }
            try store.setCounter("another's", of: SandboxID(number: 2), to: 5)
            let told = try store.counters(of: sandbox)
            #expect(told.map(\.name) == ["", "conversations a", "conversations b", "spent"])
            #expect(told.map(\.value) == [3, 4, 2, 0])
            #expect(try store.counters(of: SandboxID(number: 3)).isEmpty)
        }
    }

    @Test("uploads are listed by path, of one sandbox or of all", arguments: StoreKind.allCases)
    func uploads(kind: StoreKind) throws {
        try kind.with { store in
            for path in ["b/1.png", "a/2.png", "a/1.png", "a/2.png"] { try store.keepUpload(path, of: sandbox) }
            try store.keepUpload("a/15.png", of: SandboxID(number: 2))
            #expect(try store.uploads(of: sandbox) == ["a/1.png", "a/2.png", "b/1.png"])
            #expect(try store.uploads(of: SandboxID(number: 3)).isEmpty)
            #expect(try store.uploads() == ["a/1.png", "a/15.png", "a/2.png", "b/1.png"])
        }
    }
}
