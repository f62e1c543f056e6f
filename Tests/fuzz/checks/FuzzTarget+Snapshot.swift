import Emulator
import HTTP
import JSON
import Store

extension FuzzTarget {
    /// A refusal has a path and a reason. A restored snapshot is the same on any server, which then answers all calls.
    static func snapshot(_ input: [UInt8]) -> String? {
        let text = String(decoding: input, as: UTF8.self)
        guard let store = try? SQLiteStore(path: ":memory:") else { return "there is no database" }
        let server = FuzzServer(store: store)
        let answer = server.control(.put, "/snapshot", text)
        guard answer.status == 200 else { return complaint(aboutRefusal: answer) ?? server.complaints.first }
        if let complaint = again(answer.body) { return complaint }
        goOn(server, text)
        let later = server.control(.get, "/snapshot")
        guard later.status == 200 else { return "no snapshot any more: \(String(decoding: later.body, as: UTF8.self))" }
        // A count that was at its upper bound is above it now.
        let isAtBound = ["000000", "999999"].contains { text.contains($0) }
        if !isAtBound, let complaint = again(later.body) { return complaint }
        server.control(.post, "/reset")
        server.play(.post, "init-session", #""player_name":"Sam","player_gender":"female""#, player: "sam")
        return server.complaints.first
    }

    /// Puts a snapshot that was taken into another server, whose snapshot must be the same.
    private static func again(_ snapshot: [UInt8]) -> String? {
        let answer = FuzzServer(store: MemoryStore()).control(
            .put, "/snapshot", String(decoding: snapshot, as: UTF8.self))
        return answer.body == snapshot ? nil : "put back it is another: \(String(decoding: answer.body, as: UTF8.self))"
    }

    /// - Returns: nil for an error in the words of the control API.
    static func complaint(aboutRefusal answer: (status: Int, body: [UInt8])) -> String? {
        let text = String(decoding: answer.body, as: UTF8.self)
        guard (400...499).contains(answer.status) else { return "refused with \(answer.status): \(text)" }
        let message = (try? JSONReader.read(answer.body))?["error"]?["message"]?.string
        return message?.isEmpty ?? true ? "refused without a word: \(text)" : nil
    }

    /// Does with every player whatever counts on: messages, nudges, forks, changes, sessions, and time that passes.
    private static func goOn(_ server: FuzzServer, _ text: String) {
        let document = try? JSONReader.read(Array(text.utf8), depthLimit: server.emulator.snapshotDepth)
        let players = (document?["players"]?.array ?? []).prefix(4).compactMap { $0["player"]?.string }
        for player in players + ["sam"] {
            for line in ["hm", "maybe", "hm", "no", "gold coins", "end"] {
                server.play(.post, "message", "\"message\":\"\(line)\"", player: player)
            }
        }
        for fields in [
            "action=FOLLOW_UP", "action=OUTREACH", "action=ENTRY_POINT&entry_type=knock", "action=FOLLOW_UP",
        ] {
            server.lead("action", fields)
            server.lead("chat", "message=hm")
            server.control(.post, "/clock/advance", #"{"seconds":3155760000}"#)
        }
        let sessions = server.control(.get, "/sessions").body
        for session in ((try? JSONReader.read(sessions))?["sessions"]?.array ?? []).prefix(4) {
            let path = "/sessions/\(session["session_id"]?.string ?? "")"
            let turn = session["turn_count"]?.integer ?? 0
            server.control(.post, "\(path)/fork", "{\"turn\":\(turn),\"player\":\"fork\"}")
            server.control(.post, "\(path)/fork", "{\"turn\":\(turn - 1),\"player\":\"fork2\"}")
            server.control(.get, "\(path)/turns/\(turn)")
            server.control(.patch, path, #"{"state_key":"door","outcome":null,"score":-2147483648}"#)
        }
        for player in players + ["sam", "fork"] {
            server.play(.post, "message", #""message":"no""#, player: player)
            server.play(.get, "history?user_session_id=\(PercentEncoding.encode(player))")
            server.play(.post, "init-session", #""player_name":"Sam","player_gender":"male""#, player: player)
        }
    }
}
