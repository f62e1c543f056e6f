import Emulator
import HTTP
import JSON
import Store
import Support
import Testing

/// Every number that a snapshot holds, at its bounds and beyond them. What is taken has to bear all that may follow.
@Suite("The numbers of a snapshot")
struct SnapshotNumberTests {
    private static let path = "/sandboxes/demo/snapshot"
    private static let counts = 1_000_000_000
    private static let latest = 9_214_646_399_999_999_999

    /// A number of a snapshot: the text before it, its bounds, and its path.
    struct Place: Sendable, CustomTestStringConvertible {
        let before: String
        let bounds: ClosedRange<Int>
        let path: String

        var testDescription: String { path }
    }

    /// Two turns have been taken, a redirect and a nudge.
    static let places: [Place] = [
        place(#""inits":"#, 1...counts, "players[0].progress.inits"),
        place(#""turn_count":"#, 2...counts, "players[0].sessions[0].turn_count"),
        place(#""redirect_count":"#, 0...1, "players[0].sessions[0].redirect_count"),
        place(#""nudges":"#, 0...1, "players[0].sessions[0]"),
        place(#""ask":"#, 0...2, "players[0].sessions[0].memory.asked.ask"),
        place(#""talk":"#, 0...counts, "players[0].sessions[0].memory.spoken.talk"),
        place(#""turns":[{"number":"#, 0...0, "players[0].sessions[0].turns"),
        place(#","score":"#, Int(Int32.min)...Int(Int32.max), "players[0].sessions[0].score"),
        place(#""value":"#, 0...counts, "counters[0].value"),
        place(#","number":"#, 0...counts, "personas[0].number"),
        place(#""seed":"#, Int.min...Int.max, "sandbox.settings.seed"),
        place(#""frozen":"#, 0...latest, "sandbox.settings.clock.frozen"),
        place(#""auto_advance":"#, 0...3_155_760_000_000_000_000, "sandbox.settings.clock.auto_advance"),
        place(#""retry_after_scale":"#, 0...1, "sandbox.settings.clock.retry_after_scale"),
        place(#""messages_per_minute":"#, 1...1_000_000, "sandbox.limits.messages_per_minute"),
        place(#""other_per_minute":"#, 1...1_000_000, "sandbox.limits.other_per_minute"),
    ]

    private static func place(_ before: String, _ bounds: ClosedRange<Int>, _ path: String) -> Place {
        Place(before: before, bounds: bounds, path: path)
    }

    /// What JSON may have for a number, and is a whole number where it is one of 64 bits.
    private static func numbers(around bounds: ClosedRange<Int>) -> [String] {
        let least = [bounds.lowerBound.subtractingReportingOverflow(1), (bounds.lowerBound, false)]
        let most = [(bounds.upperBound, false), bounds.upperBound.addingReportingOverflow(1)]
        return (least + most).filter { !$0.1 }.map { String($0.0) } + [
            "-1", "\(Int.max)", "\(Int.min)", "9223372036854775808", "-9223372036854775809", "18446744073709551616",
            "1e300",
            "-1e300", "3.5", "1e0", "-0",
        ]
    }

    /// A sandbox whose snapshot has a number at each of the places.
    private static func taken() throws -> String {
        let client = try ControlClient(limits: nil)
        client.control(.put, "/sandboxes/demo/seed", #"{"seed":7}"#)
        client.control(.put, "/sandboxes/demo/limits", #"{"messages_per_minute":100,"other_per_minute":100}"#)
        client.control(
            .put, "/sandboxes/demo/clock",
            #"{"mode":"frozen","at":"2026-03-10T12:00:00Z","auto_advance_seconds":1,"retry_after_scale":0.5}"#)
        client.act("OUTREACH")
        client.chat("hm")
        client.act("FOLLOW_UP")
        let saved = client.api(
            .post, "creator/save",
            #"{"persona":{"name":"Nora"},"machines":[{"machine_key":"m","states":[{"state_key":"s","is_initial_state":true}]}]}"#,
            key: nil, fields: ["Authorization": "Bearer ann-token"])
        #expect(saved.status == 200)
        return client.control(.get, path).text
            .replacing(#""asked":{"#, with: #""asked":{"ask":1"#)
            .replacing(#""spoken":{"#, with: #""spoken":{"talk":1,"#)
    }

    @Test(
        "a number within its bounds is restored and can be counted on from; any other is refused with its path",
        arguments: places)
    func table(_ place: Place) throws {
        let text = try Self.taken()
        let start = try #require(text.firstRange(of: place.before)?.upperBound, "\(text)")
        let rest = text[start...]
        let end = try #require(rest.firstIndex { !"-+.eE0123456789".contains($0) })
        var taken = 0
        for number in Self.numbers(around: place.bounds) {
            let changed = text[..<start] + number + text[end...]
            let client = try ControlClient()
            let answer = client.control(.put, Self.path, String(changed))
            let fresh = try ControlClient().emulator
            let started = Result { () throws(Failure) in try fresh.start(with: Array(String(changed).utf8)) }
            let isWithin = (number == "1e0" ? 1 : Int(number)).map(place.bounds.contains) ?? false
            guard isWithin else {
                #expect(answer.status == 400, "\(number)")
                #expect(answer.error?.hasPrefix("$.\(place.path)") == true, "\(number): \(answer.text)")
                #expect(throws: Failure.self) { try started.get() }
                continue
            }
            taken += 1
            #expect(answer.status == 200, "\(number): \(answer.text)")
            #expect(throws: Never.self) { try started.get() }
            client.goOn()
        }
        #expect(taken >= 2)
    }

    @Test("spoken and variables of a snapshot have at most 10000 members each")
    func members() throws {
        let text = try Self.taken()
        for (list, path) in [
            (#""spoken":{"#, "players[0].sessions[0].memory.spoken"),
            (#""variables":{"#, "players[0].progress.variables"),
        ] {
            func changed(_ count: Int) throws -> String {
                let value = list.contains("spoken") ? "1" : "\"\""
                var changed = text
                let start = try #require(changed.firstRange(of: list)).lowerBound
                let end = try #require(changed[start...].firstIndex(of: "}"))
                let members = (0..<count).map { "\"x\($0)\":\(value)" }.joined(separator: ",")
                changed.replaceSubrange(start...end, with: "\(list)\(members)}")
                return changed
            }
            let client = try ControlClient()
            #expect(client.control(.put, Self.path, try changed(10_000)).status == 200)
            let refused = client.control(.put, Self.path, try changed(10_001))
            #expect(refused.status == 400)
            #expect(refused.error?.hasPrefix("$.\(path): ") == true, "\(refused.text)")
            #expect(refused.error?.contains("may have 10000 members, not 10001") == true, "\(refused.text)")
        }
    }

    /// Counts that are within their bounds and do not agree.
    static let disagreements: [(changes: [(String, String)], message: String)] = [
        (
            [(#""inits":1"#, #""inits":0"#)],
            "$.players[0].progress.inits: must be at least 1, the number of the player's sessions, not 0"
        ),
        (
            [(#""turn_count":2"#, #""turn_count":1"#)],
            "$.players[0].sessions[0].turn_count: must be at least 2, the number of the last turn, not 1"
        ),
        (
            [(#""nudges":1"#, #""nudges":3"#), (#""redirect_count":1"#, #""redirect_count":0"#)],
            "$.players[0].sessions[0].memory.nudges: must be at most 2, the number of turns, not 3"
        ),
        (
            [(#""redirect_count":1"#, #""redirect_count":2"#)],
            "$.players[0].sessions[0].redirect_count: must be at most 1, the number of turns without nudges, not 2"
        ),
        (
            [(#""ask":1"#, #""ask":3"#)],
            #"$.players[0].sessions[0].memory.asked.ask: "ask" of "asked" must be a whole number between 0 and 2, not 3"#
        ),
    ]

    @Test("counts that do not agree are refused with the path, the value and what is allowed", arguments: disagreements)
    func disagreement(_ changes: [(String, String)], _ message: String) throws {
        var text = try Self.taken()
        for (from, to) in changes { text.replaceSubrange(try #require(text.firstRange(of: from)), with: to) }
        let answer = try ControlClient().control(.put, Self.path, text)
        #expect(answer.status == 400)
        #expect(answer.error?.hasPrefix(message) == true, "\(answer.text)")
    }

    @Test("a sandbox restored at the upper bounds answers all further calls", arguments: [true, false])
    func bounds(_ isFile: Bool) throws {
        var text = try Self.taken()
        for (from, to) in [
            (#""inits":1"#, #""inits":\#(Self.counts)"#), (#""turn_count":2"#, #""turn_count":\#(Self.counts)"#),
            (#""nudges":1"#, #""nudges":\#(Self.counts / 2)"#),
            (#""redirect_count":1"#, #""redirect_count":\#(Self.counts / 2)"#),
            (#""talk":1"#, #""talk":\#(Self.counts)"#),
        ] {
            text.replaceSubrange(try #require(text.firstRange(of: from)), with: to)
        }
        let client = try ControlClient(store: isFile ? SQLiteStore(path: ":memory:") : MemoryStore())
        #expect(client.control(.put, Self.path, text).status == 200)
        client.goOn()
        let session = client.control(.get, "/sandboxes/demo/sessions")["sessions"]?.array?.first
        #expect(session?["turn_count"]?.integer ?? 0 >= 0)
    }

    @Test("a snapshot whose clock is at the end of 2261 can be restored")
    func end() throws {
        let client = try ControlClient()
        client.freeze("demo", "2261-12-31T23:59:59.999999999Z")
        client.act("OUTREACH")
        client.control(.post, "/sandboxes/demo/clock/advance", #"{"seconds":3155760000}"#)
        client.chat("hm")
        let text = client.control(.get, Self.path).text
        let other = try ControlClient()
        #expect(other.control(.put, Self.path, text).text == text)
    }

    @Test("a snapshot of a player with migrated sessions can be restored")
    func moved() throws {
        let client = try ControlClient()
        client.begin(key: nil)
        let moved = client.api(
            .post, "auth/migrate-progress", #"{"old_session_id":"sam"}"#, key: nil,
            fields: ["Authorization": "Bearer ann-token"])
        #expect(moved["migrated"]?.integer == 1)
        let text = client.control(.get, Self.path).text
        #expect(try ControlClient().control(.put, Self.path, text).text == text)
    }
}

extension ControlClient {
    /// What the persona does with the one lead of the account `demo`.
    @discardableResult
    fileprivate func act(_ action: String) -> Answer {
        lead("action", "action=\(action)")
    }

    @discardableResult
    fileprivate func chat(_ line: String) -> Answer { lead("chat", "message=\(line)") }

    private func lead(_ verb: String, _ fields: String) -> Answer {
        api(
            .post, "bot/\(verb)", "target=lead&\(fields)", key: "ft_sk_demo",
            fields: ["Content-Type": "application/x-www-form-urlencoded"])
    }

    /// Makes every call that counts on from the restored numbers. No call may end the process or answer a 5xx.
    fileprivate func goOn() {
        let limits = control(.get, "/sandboxes/demo/limits").text
        var answers = [chat("hm"), act("FOLLOW_UP"), chat("hm")]
        answers.append(control(.post, "/sandboxes/demo/clock/advance", #"{"seconds":3155760000}"#))
        control(.put, "/sandboxes/demo/limits", "null")
        let id = control(.get, "/sandboxes/demo/sessions")["sessions"]?.array?.first?["session_id"]?.string ?? ""
        answers += [act("FOLLOW_UP"), chat("[[delay 600s]]hm"), chat("hm"), act("OUTREACH")]
        answers.append(control(.get, "/sandboxes/demo/sessions/\(id)"))
        answers.append(control(.get, "/sandboxes/demo/sessions/\(id)/turns/1"))
        answers.append(control(.post, "/sandboxes/demo/sessions/\(id)/fork", #"{"turn":0,"player":"other"}"#))
        answers.append(control(.patch, "/sandboxes/demo/sessions/\(id)", #"{"score":2147483647}"#))
        answers += [chat("gold"), begin(key: "pk_live_demo"), say("hm", key: "pk_live_demo")]
        answers.append(
            api(
                .post, "creator/save",
                #"{"persona":{"name":"N"},"machines":[{"machine_key":"m","states":[{"state_key":"s","is_initial_state":true}]}]}"#,
                key: nil, fields: ["Authorization": "Bearer ann-token"]))
        answers.append(control(.get, "/sandboxes/demo/snapshot"))
        answers.append(control(.post, "/sandboxes/demo/reset"))
        answers.append(begin(key: "pk_live_demo"))
        #expect(answers.allSatisfy { $0.status < 500 }, "\(answers.map { "\($0.status) \($0.text)" }) \(limits)")
    }
}
