public import Dialogue
import Exact
import Fixtures
import HTTP
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

    func persona(slug: String, for account: Account) -> Persona? {
        personas(for: account).first { $0.slug === slug }
    }
}
