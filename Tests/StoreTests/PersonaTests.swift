import Dialogue
import Testing

@testable import Store

@Suite("Personas of accounts") struct PersonaTests {
    @Test("records are listed by sandbox and id, each as it was saved last", arguments: StoreKind.allCases)
    func order(kind: StoreKind) throws {
        try kind.with { store in
            let last = sampleRecord(.max - 1, sandbox: 2, number: 3, document: #"{"é\u0000": "\0"}"#)
            let deleted = sampleRecord(1, sandbox: 2, number: nil, document: nil)
            for record in [last, sampleRecord(7), deleted, sampleRecord(document: "[]"), sampleRecord()] {
                try store.save(record)
            }
            try store.commit()
            #expect(try store.personas() == [sampleRecord(), sampleRecord(7), deleted, last])
        }
    }

    @Test(
        "removeAll(on:) removes all that players have on one persona, and nothing on another",
        arguments: StoreKind.allCases)
    func removeAll(kind: StoreKind) throws {
        try kind.with { store in
            let gone = [player(), player("b", channel: "web"), player(sandbox: 2), player("only progress")]
            let kept = [player(persona: 2), player(sandbox: 2, persona: 3)]
            for player in gone + kept {
                try store.save(Progress(inits: 2, unlocked: [machineB]), of: player)
                guard player.player != "only progress" else { continue }
                for machine in [machineA, machineB] {
                    try store.begin(machine: machine, of: player)
                    try store.say(machine: machine, of: player)
                }
            }
            try store.save(sampleRecord())
            let before = try Snapshot(of: store, players: kept).rooms
            try store.removeAll(on: PersonaID(1))
            try store.removeLeftovers(atMost: 1_000)
            try store.commit()
            #expect(
                try Snapshot(of: store, players: gone).rooms == Snapshot(of: MemoryStore(), players: gone).rooms)
            #expect(try Snapshot(of: store, players: kept).rooms == before)
            #expect(try store.personas() == [sampleRecord()])
            if let database = store as? SQLiteStore {
                let left = try database.database.row("SELECT count(*) FROM turns") { row throws(SQLiteError) in
                    Int(try row.number(0))
                }
                #expect(left == kept.count * 4)
            }
        }
    }

    @Test("a removed record leaves nothing behind, and no other is removed", arguments: StoreKind.allCases)
    func removePersona(kind: StoreKind) throws {
        try kind.with { store in
            let kept = [sampleRecord(2), sampleRecord(sandbox: 2)]
            for record in kept + [sampleRecord(document: nil)] { try store.save(record) }
            try store.begin(of: player())
            for _ in 0..<2 {
                try store.removePersona(PersonaID(1), of: SandboxID(number: 1))
                #expect(try store.personas() == kept)
            }
            try store.commit()
            #expect(try store.personas() == kept)
            #expect(try store.sessions(of: player()).count == 1, "sessions on it are another call's")
        }
    }

    @Test("removing an account removes its own personas only", arguments: StoreKind.allCases)
    func removeAccount(kind: StoreKind) throws {
        try kind.with { store in
            for name in ["a", "b"] { _ = try store.makeAccount(name: name, isOpen: true, at: Timestamp(seconds: 1)) }
            for record in [sampleRecord(), sampleRecord(2), sampleRecord(sandbox: 2)] { try store.save(record) }
            try store.removeAccount(SandboxID(number: 1))
            try store.commit()
            #expect(try store.personas() == [sampleRecord(sandbox: 2)])
        }
    }
}
