public import Dialogue
public import Emulator
import HTTP
public import JSON

/// Saves of personas without a loop, decoded at once.
extension Roster {
    public func put(_ body: JSONValue, slug: String, for account: Account) throws(Failure) -> Entry {
        try kept(in: account) { account throws(Failure) in try self.draft(of: { body }, slug: slug, for: account) }
    }

    public func save(
        _ body: JSONValue, over id: PersonaID?, of account: Account, at now: Timestamp
    ) throws(Failure) -> Entry {
        try kept(in: account) { account in self.draft(of: { body }, over: id, for: account, at: now) }
    }

    private func kept(
        in account: Account, _ draft: @escaping (Account) throws(Failure) -> PersonaDraft
    ) throws(Failure) -> Entry {
        var kept: Entry?
        var answer = try keep(in: { account }, draft: draft) { entry in
            kept = entry
            return .response(Response(status: .ok))
        }
        while case .work(let run, let resume) = answer { answer = try resume(run()) }
        guard let kept else { preconditionFailure("an answer came before a persona was kept") }
        return kept
    }
}
