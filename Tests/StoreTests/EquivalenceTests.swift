import Dialogue
import Store
import Support
import Testing

@Suite("Equivalence of the stores") struct EquivalenceTests {
    private static let players = [
        player("a"), player("b"), player("a", channel: "web"), player("a", sandbox: 2), player("a", persona: 2),
        player("Zo\u{EB}"), player("Zoe\u{308}"), player("\u{301}"), player("\0"), player("a\0"),
    ]
    /// Names of variables: two that look the same, marks without a letter, a zero byte.
    private static let names: [ExactText] = ["score", "caf\u{E9}", "cafe\u{301}", "\u{301}", "\0", "score\0"]

    /// One random call; its answer as text, so that two stores can be compared.
    private func step(_ store: any Store, _ dice: inout SeededGenerator) -> String {
        let player = Self.players.randomElement(using: &dice)!
        let machine = [machineA, machineB].randomElement(using: &dice)!
        let number = UInt64.random(in: 1...1_000, using: &dice)
        let sandbox = SandboxID(number: Int64.random(in: 1...6, using: &dice))
        do {
            switch Int.random(in: 0..<33, using: &dice) {
            case 0...2: try store.begin(number, machine: machine, of: player)
            case 3...9: try store.say("\(number)", machine: machine, of: player)
            case 10: return "removeSession \(try store.removeSession(of: player, machine: machine))"
            case 11: return "removeAll \(try store.removeAll(of: player))"
            case 12...13:
                let names = Self.names[Int(number % 6)...]
                let variables = Dictionary(uniqueKeysWithValues: names.map { ($0, "\($0)\0\(number)") })
                try store.save(Progress(inits: Int(number), unlocked: [machine], variables: variables), of: player)
            case 14: try store.removeAccount(sandbox)
            case 15: try store.touchAccount(sandbox, at: Timestamp(seconds: Int64(number)))
            case 16:
                let name = "account \(number % 5)"
                return "\(try store.makeAccount(name: name, isOpen: number % 2 == 0, at: Timestamp(seconds: 1)))"
            case 17:
                let other = player == Self.players[0] ? Self.players[1] : Self.players[0]
                guard other.persona == player.persona else { return "none" }
                try store.moveSession(of: player, machine: machine, to: other)
            case 18: try store.makeAPIKey(sampleKey(UInt8(number % 20), sandbox: sandbox.number))
            case 19:
                return "\(try store.revokeAPIKey(sampleKey(UInt8(number % 20), sandbox: 1).id, of: sandbox))"
            case 20:
                try store.setCounter(Self.names[Int(number % 6)].text, of: sandbox, to: Int(number))
            case 21: try store.keepUpload("\(number % 4).png", of: sandbox)
            case 22: store.rollback()
            case 23...24:
                let document = number % 4 == 0 ? nil : "{\"n\":\(number)}"
                let id = [1, 2, .max - 1].randomElement(using: &dice)! as UInt64
                try store.save(
                    sampleRecord(
                        id, sandbox: sandbox.number, number: number % 2 == 0 ? Int(number) : nil, document: document))
            case 25 where number % 4 == 0: try store.removeAll(on: player.persona)
            case 26: try store.saveSettings("\(number)", of: sandbox)
            case 27: try store.clearAccount(sandbox)
            case 28:
                let id = [1, 2, .max - 1].randomElement(using: &dice)! as UInt64
                try store.removePersona(PersonaID(id), of: sandbox)
            case 29...30:
                var session = try store.session(of: player, machine: machine) ?? sampleSession(number, machine: machine)
                session.score = Int(number)
                session.memory.captures = [Self.names[Int(number % 6)]: "\(number)\0"]
                return "save \(try store.save(session, of: player))"
            default: try store.commit()
            }
            return "done"
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "every store answers every call as the store in memory does",
        arguments: [StoreKind.sqliteFile, .postgres, .cachedMemory, .cachedSQLite, .cachedPostgres],
        [1, 2, 3, 4] as [UInt64])
    func walk(kind: StoreKind, seed: UInt64) throws {
        try kind.with { store in
            let memory = MemoryStore()
            var dice = (SeededGenerator(seed: seed), SeededGenerator(seed: seed))
            for count in 0..<400 {
                #expect(step(store, &dice.0) == step(memory, &dice.1), "step \(count)")
                // Rarely, so that players who left and were not read since meet changes too.
                guard kind == .sqliteFile || count % 7 == 0 else { continue }
                try #require(
                    try Snapshot(of: store, players: Self.players) == Snapshot(of: memory, players: Self.players),
                    "step \(count)")
            }
        }
    }
}
