import Dialogue
public import JSON

extension JSONWriter {
    /// Writes the members of a script that `ScriptRequest` reads.
    public mutating func members(of script: Script) {
        member("player", script.player)
        member("persona", script.persona)
        list("steps", script.steps) { $0.step($1) }
    }

    private mutating func step(_ step: Script.Step) {
        var (decision, asksFollowUp, reply, status, message): (Decision?, Bool, String?, Int?, String?)
        (decision, asksFollowUp, reply, status, message) = (nil, false, nil, nil, nil)
        switch step {
        case .error(let code, let text): (status, message) = (code, text)
        case .turn(let order, let text):
            reply = text
            switch order {
            case .decide(let word): decision = word
            case .followUp: asksFollowUp = true
            case nil: break
            }
        }
        beginObject()
        member("decision", decision?.rawValue)
        member("follow_up", asksFollowUp)
        member("reply", reply)
        member("error", status)
        member("message", message)
        endObject()
    }
}
