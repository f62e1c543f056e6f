import Dialogue
import Store
import Testing

@Suite("Histories") struct HistoryTests {
    @Test("a history has every turn, oldest first", arguments: StoreKind.allCases)
    func oldestFirst(kind: StoreKind) throws {
        try kind.with { store in
            try store.begin(of: player())
            for number in 1...300 {
                try store.say(of: player())
                if number % 7 == 0 { try store.commit() }
            }
            #expect(try store.history(of: player(), machine: machineA) == (0...300).map { sampleTurn($0) })
        }
    }

    @Test("the player's latest lines come until the caller has enough", arguments: StoreKind.allCases)
    func latestLines(kind: StoreKind) throws {
        try kind.with { store in
            try store.begin(of: player())
            for number in 1...5 { try store.say("line \(number)", of: player()) }
            var lines: [String] = []
            try store.latestLines(of: player(), machine: machineA) { line in
                lines.append(line)
                return lines.count < 3
            }
            #expect(lines == ["line 5", "line 4", "line 3"])
            lines = []
            try store.latestLines(of: player(), machine: machineA) { line in
                lines.append(line)
                return true
            }
            // The greeting answers no line.
            #expect(lines.count == 5)
            try store.latestLines(of: player("nobody"), machine: machineA) { _ in
                Issue.record("nobody has said anything")
                return false
            }
        }
    }

    @Test("conversations that alternate keep their turns apart", arguments: StoreKind.allCases)
    func alternating(kind: StoreKind) throws {
        try kind.with { store in
            let players = ["a", "b", "c"].map { player($0) }
            for (number, player) in players.enumerated() { try store.begin(UInt64(number), of: player) }
            for round in 1...4 {
                for player in players { try store.say("\(player.player) \(round)", of: player) }
            }
            for player in players {
                let lines = try store.history(of: player, machine: machineA).map(\.line)
                #expect(lines == [nil] + (1...4).map { "\(player.player) \($0)" })
            }
        }
    }

    static let texts = [
        "", " ", "\0", "a\0b", "\0\0", "é", "e\u{301}", "\u{FEFF}bom", "日本語", "👩‍👩‍👧‍👦", "\u{2028}\u{85}\r\n",
        "'; DROP TABLE turns; --", "\u{10FFFF}", String(repeating: "long ", count: 20_000),
    ]

    @Test("every text is read as it was written, byte for byte", arguments: StoreKind.allCases, texts)
    func text(kind: StoreKind, text: String) throws {
        try kind.with { store in
            let player = player(text, channel: text)
            var session = sampleSession(name: text)
            session.stateKey = StateKey(text) ?? StateKey("s")!
            let turn = Turn(
                number: 1, at: Timestamp(seconds: 1), line: text, reply: text, decision: .reject, followUp: false,
                stateKey: session.stateKey, score: 0)
            try store.begin(session, greeting: sampleTurn(0, reply: text), of: player)
            session.turnCount = 1
            try store.append(turn, to: session, of: player)
            try store.commit()

            let read = try #require(try store.session(of: player, machine: machineA))
            let turns = try store.history(of: player, machine: machineA)
            for back in [read.player.name, turns[0].reply, turns[1].reply, try #require(turns[1].line)] {
                #expect(back.utf8.elementsEqual(text.utf8))
            }
            #expect(read.stateKey.text.utf8.elementsEqual(session.stateKey.text.utf8))
            #expect(turns[1].stateKey.text.utf8.elementsEqual(session.stateKey.text.utf8))
        }
    }

    @Test(
        "the greatest and smallest numbers are read as they were written", arguments: StoreKind.allCases, [true, false])
    func numbers(kind: StoreKind, isGreatest: Bool) throws {
        try kind.with { store in
            let moment = isGreatest ? Timestamp.latest : .earliest
            let count = isGreatest ? Bounds.storedCounts.upperBound : Bounds.storedCounts.lowerBound
            let score = isGreatest ? Bounds.scores.upperBound : Bounds.scores.lowerBound
            let player = player(sandbox: isGreatest ? .max : .min)
            let session = Session(
                id: SessionID(high: .max, low: 0), machine: machineA, player: Player(name: "x", gender: .male),
                startedAt: moment, lastMessageAt: moment, stateKey: StateKey("s")!, score: score, redirectCount: count,
                turnCount: count, memory: Memory(spoken: ["a": count], nudges: count, nudgedAt: moment))
            let turn = Turn(
                number: count, at: moment, line: nil, reply: "", decision: nil, followUp: true,
                stateKey: StateKey("s")!, score: score)
            try store.begin(session, greeting: turn, of: player)
            try store.save(Progress(inits: count), of: player)
            #expect(try store.latestSession(of: player) == session)
            #expect(try store.history(of: player, machine: machineA) == [turn])
            #expect(try store.progress(of: player).inits == count)
        }
    }
}
