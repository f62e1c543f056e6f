public import Dialogue
import Exact
import Fixtures
import HTTP
public import JSON
import Store

/// A document that is to become a persona of a sandbox, with everything that decoding it needs. Decoding a large one
/// takes long, so it runs on another thread.
public struct PersonaDraft: Sendable {
    /// A persona that was decoded, and is not kept yet.
    public struct Decoded: Sendable {
        let id: PersonaID
        let row: PersonaOverride
        /// The text that the store keeps.
        let text: String
    }

    /// Reads what a client sent.
    public typealias Body = @Sendable () throws(Failure) -> JSONValue

    fileprivate let decode: @Sendable () throws(Failure) -> Decoded

    /// Decodes the document; any thread can call it. The failure is a 400 with the path of the first mistake.
    public func decoded() -> Result<Decoded, Failure> { Result(catching: decode) }
}

extension Roster {
    /// The draft of a persona that a client makes, or with which it replaces one of the account's own.
    public func draft(
        of body: @escaping PersonaDraft.Body, over id: PersonaID?, for account: Account, at now: Timestamp
    ) -> PersonaDraft {
        let own = made[account.sandbox.id] ?? [:]
        let before = id.flatMap { persona($0, for: account) }
        let number = id == nil ? (own.values.compactMap(\.number).max() ?? 0) + 1 : id.flatMap { own[$0]?.number }
        let id =
            id
            ?? Identifiers.persona(
                seed: account.sandbox.seed, account: account.sandbox.name, isOpen: account.sandbox.isOpen,
                nth: number ?? 0)
        let others = personas(for: account).filter { $0.id != id }.flatMap(\.machines).map(\.id)
        let stamp = PersonaDocument.Stamp(
            id: id, createdAt: before?.createdAt ?? now.text, updatedAt: now.text,
            isPublished: before?.isPublished ?? true,
            machines: Dictionary(
                (before?.machines ?? []).map { (ExactText($0.key), $0.id) }, uniquingKeysWith: { first, _ in first }),
            taken: Set(others))
        let (put, decoder) = (label(of: id, for: account), RowDecoder(self, sandbox: account.sandbox.name))
        return PersonaDraft { () throws(Failure) in
            let body = try body()
            return try PersonaDraft.failing(below: nil) { () throws(PersonaDocument.Refusal) in
                let saved = try PersonaDocument.save(
                    body, stamp, slug: put?.slug ?? decoder.slug(of: id), owner: .made(in: decoder.sandbox),
                    dialects: decoder.catalog.dialects, identify: Identifiers.fixture)
                return try decoder.decoded(saved.text, put, id, number)
            }
        }
    }

    /// The draft that publishes or unpublishes a persona of the account's own.
    public func draft(
        of entry: Entry, isPublished: Bool, for account: Account, at now: Timestamp
    ) -> PersonaDraft {
        let id = entry.persona.id
        let (put, decoder) = (label(of: id, for: account), RowDecoder(self, sandbox: account.sandbox.name))
        let number = made[account.sandbox.id]?[id]?.number
        return PersonaDraft { () throws(Failure) in
            try PersonaDraft.failing(below: nil) { () throws(PersonaDocument.Refusal) in
                let text = entry.document.text(of: entry.persona, isPublished: isPublished, updatedAt: now.text)
                return try decoder.decoded(text, put, id, number)
            }
        }
    }

    /// The label of a persona that was put into the sandbox; a changed one keeps it.
    private func label(of id: PersonaID, for account: Account) -> SandboxPersona.Label? {
        made[account.sandbox.id]?[id]?.slug.map { SandboxPersona.Label(slug: $0, owner: account.name) }
    }

    /// The draft of a persona that a client puts into the account's sandbox, in place of the one with that slug.
    /// - Throws: a 400 for an invalid slug.
    public func draft(
        of body: @escaping PersonaDraft.Body, slug: String, for account: Account
    ) throws(Failure) -> PersonaDraft {
        let before = persona(slug: slug, for: account)
        let own = made[account.sandbox.id] ?? [:]
        let fixture = catalog.personas.first { $0.slug === slug }
        guard before != nil || fixture != nil || Accounts.isName(slug) else {
            throw Failure(.badRequest, "A persona's slug is 1 to 160 letters, digits, _ or -, not \"\(slug)\"")
        }
        let number = before.flatMap { own[$0.id]?.number }
        let decoder = RowDecoder(self, sandbox: account.sandbox.name)
        let place = PersonaDocument.Slot(
            slug: slug, id: fixture?.id ?? (number == nil ? nil : before?.id),
            machines: Dictionary(
                ((fixture ?? (number == nil ? nil : before))?.machines ?? []).map { (ExactText($0.key), $0.id) },
                uniquingKeysWith: { first, _ in first }),
            others: personas(for: account).filter { $0.slug !== slug }, owner: { decoder.owners.owner(named: $0) },
            names: { decoder.owners.names })
        return PersonaDraft { () throws(Failure) in
            let body = try body()
            return try PersonaDraft.failing(below: "$") { () throws(PersonaDocument.Refusal) in
                let placed = try PersonaDocument.placed(
                    body, at: place, dialects: decoder.catalog.dialects, identify: Identifiers.fixture)
                let label = SandboxPersona.Label(slug: slug, owner: placed.owner)
                return try decoder.decoded(placed.text, label, placed.persona.id, number)
            }
        }
    }

    /// Decodes a draft on another thread, and keeps it. The draft is made when the work starts, so that it knows the
    /// saves before it. If the sandbox's personas change during the work, the draft is made again.
    /// - Parameter account: finds the account in whose sandbox it is kept; called again after the work.
    public func keep(
        in account: @escaping () throws(Failure) -> Account,
        draft: @escaping (Account) throws(Failure) -> PersonaDraft,
        then answer: @escaping (Entry) -> RouteAnswer
    ) throws(Failure) -> RouteAnswer {
        // A mistake in the request is answered at once.
        _ = try draft(try account())
        return .work {
        } then: { [self] _ throws(Failure) in
            try decode(triesLeft: Roster.tries, account, draft, answer)
        }
    }

    /// The drafts that are decoded on another thread before one is decoded on the loop's thread, while all requests
    /// wait.
    private static let tries = 3

    private func decode(
        triesLeft: Int, _ account: @escaping () throws(Failure) -> Account,
        _ draft: @escaping (Account) throws(Failure) -> PersonaDraft, _ answer: @escaping (Entry) -> RouteAnswer
    ) throws(Failure) -> RouteAnswer {
        let place = try account()
        let (made, version) = (try draft(place), version(of: place.sandbox.id))
        guard triesLeft > 0 else { return answer(try keep(try made.decoded().get(), in: place)) }
        return .work {
            made.decoded()
        } then: { [self] decoded throws(Failure) in
            let place = try account()
            guard version == self.version(of: place.sandbox.id) else {
                return try decode(triesLeft: triesLeft - 1, account, draft, answer)
            }
            return answer(try keep(try decoded.get(), in: place))
        }
    }

    /// Keeps a decoded persona, and serves it as the next start will decode it.
    private func keep(_ decoded: PersonaDraft.Decoded, in account: Account) throws(Failure) -> Entry {
        guard let entry = decoded.row.entry else { preconditionFailure("a document was decoded to nothing") }
        // The persona that it replaces can have another id.
        if let slug = decoded.row.slug, let before = persona(slug: slug, for: account), before.id != decoded.id,
            isOwn(before.id, of: account)
        {
            try set(nil, nil, before.id, in: account.sandbox.id)
        }
        try set(decoded.row, decoded.text, decoded.id, in: account.sandbox.id)
        return entry
    }
}

extension PersonaDraft {
    fileprivate static func failing(
        below root: String?, _ decode: () throws(PersonaDocument.Refusal) -> Decoded
    ) throws(Failure) -> Decoded {
        do throws(PersonaDocument.Refusal) {
            return try decode()
        } catch {
            throw Failure(.badRequest, root.map { error.message(below: $0) } ?? error.message)
        }
    }
}

/// Decodes the persona records of one sandbox, on any thread.
struct RowDecoder: Sendable {
    /// The name of the sandbox.
    let sandbox: String
    let owners: Owners
    fileprivate let catalog: Catalog

    init(_ roster: Roster, _ owners: Owners? = nil, sandbox: String) {
        self.sandbox = sandbox
        self.owners = owners ?? Owners(roster.accounts)
        catalog = roster.catalog
    }

    /// Decodes a record of the sandbox.
    func row(_ record: PersonaRecord) throws(PersonaDocument.Refusal) -> PersonaOverride {
        guard let text = record.document else {
            return PersonaOverride(number: record.number, slug: nil, entry: nil, isDeleted: true)
        }
        let put = SandboxPersona(stored: text)
        return try row(put?.document ?? text, put?.label, record.persona, record.number)
    }

    /// The slug from which machines without an id get their ids: that of the fixture that the persona replaces.
    func slug(of id: PersonaID) -> String { catalog.persona(id)?.slug ?? id.description }

    /// Decodes a document as the next start would.
    /// - Parameter put: the label of a persona that was put into the sandbox; nil: an account made it.
    func row(
        _ document: String, _ put: SandboxPersona.Label?, _ id: PersonaID, _ number: Int?
    ) throws(PersonaDocument.Refusal) -> PersonaOverride {
        let decoded = try PersonaDocument.decode(
            text: document, slug: put?.slug ?? slug(of: id),
            owner: put.map { owners.owner(named: $0.owner) ?? .account($0.owner) } ?? .made(in: sandbox),
            dialects: catalog.dialects, identify: Identifiers.fixture)
        return PersonaOverride(
            number: number, slug: put?.slug,
            entry: Roster.Entry(persona: decoded.persona, document: decoded.document), isDeleted: false)
    }

    fileprivate func decoded(
        _ document: String, _ put: SandboxPersona.Label?, _ id: PersonaID, _ number: Int?
    ) throws(PersonaDocument.Refusal) -> PersonaDraft.Decoded {
        PersonaDraft.Decoded(
            id: id, row: try row(document, put, id, number),
            text: put.map { SandboxPersona(label: $0, document: document).stored } ?? document)
    }
}

/// Finds the owner that a document names.
struct Owners: Sendable {
    /// By name: whether it is an open account.
    private let accounts: [ExactText: Bool]

    init(_ accounts: Accounts) {
        self.accounts = Dictionary(
            accounts.everyone.map { (ExactText($0.name), $0.isOpen) }, uniquingKeysWith: { first, _ in first })
    }

    var names: [String] { accounts.keys.map(\.text).sorted { ExactText($0) < ExactText($1) } }

    /// The owner of that name, `*` for everyone; nil when no account has the name.
    func owner(named name: String) -> Persona.Owner? {
        if name == "*" { return .everyone }
        return accounts[ExactText(name)].map { $0 ? .made(in: name) : .account(name) }
    }
}
