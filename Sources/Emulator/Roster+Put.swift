public import Dialogue
import Exact
import Fixtures
import HTTP
public import JSON
import Store

/// Personas that are there for one sandbox alone: put there as a fixture's folder would be, whoever owns the fixture in
/// whose place they stand.
extension Roster {
    /// Whether a persona is the sandbox's own, made there or put there.
    public func isOwn(_ id: PersonaID, of account: Account) -> Bool {
        made[account.sandbox.id]?[id]?.entry != nil
    }

    /// - Throws: a 404 where no persona of the sandbox has that slug.
    public func entry(slug: String, for account: Account) throws(Failure) -> Entry {
        guard let persona = persona(slug: slug, for: account), let entry = entry(persona.id, for: account) else {
            let slugs = personas(for: account).map(\.slug)
            throw Failure(
                .notFound,
                "There is no persona \"\(slug)\" in the sandbox \"\(account.sandbox.name)\""
                    + Suggestion.text(for: slug, among: slugs))
        }
        return entry
    }

    /// Puts a persona into the account's sandbox, in place of the one that has the slug there.
    /// - Throws: a 400 with the path of the first mistake.
    public func put(_ body: JSONValue, slug: String, for account: Account) throws(Failure) -> Entry {
        let before = persona(slug: slug, for: account)
        let own = made[account.sandbox.id] ?? [:]
        let fixture = catalog.personas.first { $0.slug === slug }
        guard before != nil || fixture != nil || Accounts.isName(slug) else {
            throw Failure(.badRequest, "A persona's slug is 1 to 160 letters, digits, _ or -, not \"\(slug)\"")
        }
        let number = before.flatMap { own[$0.id]?.number }
        let place = PersonaDocument.Place(
            slug: slug, id: fixture?.id ?? (number == nil ? nil : before?.id),
            machines: Dictionary(
                ((fixture ?? (number == nil ? nil : before))?.machines ?? []).map { (ExactText($0.key), $0.id) },
                uniquingKeysWith: { first, _ in first }),
            others: personas(for: account).filter { $0.slug !== slug }, owner: owner(named:),
            names: { [accounts] in accounts.all.map(\.name) })
        let placed: (persona: Persona, text: String, owner: String)
        do throws(PersonaDocument.Refusal) {
            placed = try PersonaDocument.placed(body, at: place, identify: Identifiers.fixture)
        } catch {
            throw Failure(.badRequest, error.message(below: "$"))
        }
        if let before, before.id != placed.persona.id, own[before.id] != nil {
            try set(nil, nil, before.id, in: account.sandbox.id)
        }
        let row = PutPersona(slug: slug, owner: placed.owner, document: placed.text)
        return try keep(row.stored, placed.persona.id, number, in: account.sandbox)
    }

    /// Takes the sandbox's own persona of a slug away; a fixture that it hid is there again.
    /// - Throws: a 404 where the sandbox has none of its own.
    public func withdraw(slug: String, for account: Account) throws(Failure) {
        let own = made[account.sandbox.id] ?? [:]
        let found = own.first { id, row in
            (row.slug ?? row.entry?.persona.slug ?? catalog.persona(id)?.slug ?? id.description) === slug
                && !(row.isDeleted && row.number != nil)
        }
        guard let (id, row) = found else {
            throw Failure(
                .notFound, "The sandbox \"\(account.sandbox.name)\" has no persona \"\(slug)\" of its own")
        }
        // The number of what an account made is not given again.
        if row.number != nil { return try delete(id, of: account) }
        try set(nil, nil, id, in: account.sandbox.id)
    }

    /// Who is meant by the owner that a document names; nil: nobody.
    func owner(named name: String) -> Persona.Owner? {
        if name == "*" { return .everyone }
        return accounts.known(named: name).map { $0.isOpen ? .made(in: name) : .account(name) }
    }

    private func persona(slug: String, for account: Account) -> Persona? {
        personas(for: account).first { $0.slug === slug }
    }
}
