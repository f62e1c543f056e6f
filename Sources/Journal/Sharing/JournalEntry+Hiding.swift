import HTTP

/// Entries without secrets, for a database: what a journal shows of them is the same, because what is hidden stays as it is
/// when it is hidden again.
extension JournalEntry {
    /// How many bytes were sent, where an entry has other bodies, because secrets were taken out of them.
    struct Sizes: Equatable {
        /// Of the request's body.
        let sent: Int
        /// Of the parts of the answer.
        let parts: [Int]
    }
}

extension JournalEntry.Draft {
    func hidden(by redactor: Redactor) -> JournalEntry.Draft {
        let shown = RequestHead(
            method: head.method, path: redactor.text(head.path), query: redactor.query(head.query),
            minorVersion: head.minorVersion, fields: head.fields.hidden(by: redactor))
        var known = RequestFacts(shown)
        known.route = facts.route
        known.caller = facts.caller.map(redactor.shown(caller:))
        known.persona = facts.persona
        known.player = facts.player.map(redactor.text)
        known.message = facts.message.map(redactor.text)
        (known.session, known.turn, known.faults) = (facts.session, facts.turn, facts.faults)
        var content = body
        if case .bytes(let bytes) = body { content = .bytes(redactor.body(bytes, type: head.fields[.contentType])) }
        return JournalEntry.Draft(
            kind: kind, sandbox: sandbox, place: place.map(redactor.text), head: shown, facts: known, body: content,
            time: time, received: received, began: began)
    }
}

extension Response {
    /// The longest body that is kept, in bytes: a picture can be longer.
    static let mostKept = 1 << 20

    /// The answer with its whole body, as the journal shows it, in the first of its parts.
    func hidden(by redactor: Redactor) -> Response {
        var hidden = self
        hidden.fields = fields.hidden(by: redactor)
        let isKept = delivery.laterTicket == nil && delivery.length <= Response.mostKept
        var rest = isKept ? redactor.body(body, type: fields[.contentType]) : []
        hidden.delivery.steps = delivery.steps.map { step in
            guard case .bytes = step else { return step }
            defer { rest = [] }
            return .bytes(rest)
        }
        return hidden
    }

    /// The lengths of the parts of its body.
    var parts: [Int] {
        delivery.steps.compactMap { if case .bytes(let bytes) = $0 { bytes.count } else { nil } }
    }
}

extension Fields {
    fileprivate func hidden(by redactor: Redactor) -> Fields { replacing(redactor.field) }
}
