import Dialogue
import Store
import Testing

@Suite("Progress") struct ProgressTests {
    @Test("a player who never played has an empty progress", arguments: StoreKind.allCases)
    func empty(kind: StoreKind) throws {
        try kind.with { store in
            let progress = try store.progress(of: player())
            #expect(progress == Progress())
        }
    }

    @Test("progress is read as it was saved last, with the unlocked machines in order", arguments: StoreKind.allCases)
    func saved(kind: StoreKind) throws {
        try kind.with { store in
            try store.save(Progress(inits: 1), of: player())
            let progress = Progress(inits: 7, unlocked: [machineB, machineA, MachineID(high: 0, low: .max)])
            try store.save(progress, of: player())
            #expect(try store.progress(of: player()) == progress)
        }
    }

    @Test("variables are read as they were saved last", arguments: StoreKind.allCases)
    func variables(kind: StoreKind) throws {
        try kind.with { store in
            try store.save(Progress(inits: 1, variables: ["gone": "x"]), of: player())
            let progress = Progress(
                inits: 1, variables: ["alias": "Kestrel", "score.gate": "-7", "empty": "", "🔥": "é\n\"'"])
            try store.save(progress, of: player())
            try store.save(Progress(variables: ["alias": "Robin"]), of: player("player-2"))
            #expect(try store.progress(of: player()) == progress)
            #expect(try store.removeAll(of: player()))
            #expect(try store.progress(of: player()) == Progress())
        }
    }

    @Test("progress stays when sessions are replaced or removed", arguments: StoreKind.allCases)
    func outlives(kind: StoreKind) throws {
        try kind.with { store in
            try store.begin(of: player())
            try store.save(Progress(inits: 1), of: player())
            try store.begin(2, of: player())
            _ = try store.removeSession(of: player(), machine: machineA)
            #expect(try store.progress(of: player()) == Progress(inits: 1))
        }
    }

    @Test("removing all of a player removes sessions, histories and progress", arguments: StoreKind.allCases)
    func removeAll(kind: StoreKind) throws {
        try kind.with { store in
            try store.begin(1, machine: machineA, of: player())
            try store.begin(2, machine: machineB, of: player())
            try store.say(machine: machineA, of: player())
            try store.save(Progress(inits: 2, unlocked: [machineB]), of: player())
            #expect(try store.removeAll(of: player()))
            #expect(
                try Snapshot(of: store, players: [player()]) == Snapshot(of: MemoryStore(), players: [player()]))
        }
    }

    @Test("removing all of a player returns whether there was a session or a progress", arguments: StoreKind.allCases)
    func removeAllTells(kind: StoreKind) throws {
        try kind.with { store in
            #expect(try !store.removeAll(of: player()))
            try store.begin(of: player())
            #expect(try store.removeAll(of: player()))
            #expect(try !store.removeAll(of: player()))
            try store.save(Progress(inits: 1), of: player())
            #expect(try store.removeAll(of: player()))
            #expect(try !store.removeAll(of: player()))
        }
    }
}
