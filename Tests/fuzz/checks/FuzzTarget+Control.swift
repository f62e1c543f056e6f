import HTTP
import JSON
import Store

extension FuzzTarget {
    /// Calls at most of one input, so that a run is short.
    private static let mostCalls = 24

    /// Faults, scripts, clocks, limits, seeds, changes and forks, in any order, with the messages that they are about. A line
    /// is a call: a word, and what goes with it.
    static func control(_ input: [UInt8]) -> String? {
        let server = FuzzServer(store: MemoryStore())
        server.play(.post, "init-session", #""player_name":"Sam","player_gender":"female""#, player: "sam")
        server.lead("action", "action=OUTREACH")
        for line in input.split(separator: UInt8(ascii: "\n")).prefix(mostCalls) {
            let word = line.prefix { $0 != UInt8(ascii: " ") }
            let rest = String(decoding: line.dropFirst(word.count + 1), as: UTF8.self)
            if let complaint = call(String(decoding: word, as: UTF8.self), rest, server) { return complaint }
        }
        let listed = [
            "", "/clock", "/limits", "/limits/report", "/limits/report.csv", "/faults", "/scripts", "/sessions",
            "/journal",
            "/journal?format=har", "/snapshot",
        ].map { (path: $0, status: server.control(.get, $0).status) }
        if let failed = listed.first(where: { $0.status != 200 }) { return "\(failed.path) is \(failed.status)" }
        server.control(.post, "/reset")
        return server.complaints.first
    }

    private static func call(_ word: String, _ rest: String, _ server: FuzzServer) -> String? {
        switch word {
        case "say": server.play(.post, "message", "\"message\":\(quoted(rest))", player: "sam")
        case "stream": server.play(.post, "message/stream", "\"message\":\(quoted(rest))", player: "sam")
        case "init": server.play(.post, "init-session", #""player_name":"Sam","player_gender":"male""#, player: "sam")
        case "lead": server.lead("chat", "message=\(PercentEncoding.encode(rest))")
        case "nudge": server.lead("action", "action=FOLLOW_UP")
        case "history": server.play(.get, "history?user_session_id=sam")
        case "real": Int64(rest).map { server.setTime($0) }
        case "journal": return refusal(server.control(.get, "/journal?\(rest)"))
        case "report": return refusal(server.control(.get, "/limits/report?\(rest)"))
        case "fault": return refusal(server.control(.post, "/faults", rest))
        case "script": return refusal(server.control(.post, "/scripts", rest))
        case "clock": return refusal(server.control(.put, "/clock", rest))
        case "advance": return refusal(server.control(.post, "/clock/advance", rest))
        case "limits": return refusal(server.control(.put, "/limits", rest))
        case "seed": return refusal(server.control(.put, "/seed", rest))
        case "verify": return refusal(server.control(.post, "/verify", rest))
        case "patch", "fork", "turn":
            let sessions = (try? JSONReader.read(server.control(.get, "/sessions").body))?["sessions"]?.array
            let path = "/sessions/\(sessions?.first?["session_id"]?.string ?? "")"
            switch word {
            case "patch": return refusal(server.control(.patch, path, rest))
            case "fork": return refusal(server.control(.post, "\(path)/fork", rest))
            default: return refusal(server.control(.get, "\(path)/turns/\(PercentEncoding.encode(rest))"))
            }
        default: break
        }
        return nil
    }

    private static func refusal(_ answer: (status: Int, body: [UInt8])) -> String? {
        answer.status < 300 ? nil : complaint(aboutRefusal: answer)
    }
}
