import Dialogue
import Emulator
import Exact
import Fixtures
import HTTP

/// Identifies callers and checks their permissions, in the order of spec G-30 and H-10: key or token, rate, id,
/// persona, ownership, machine.
struct Gate {
    /// The API's two kinds of access, which never share sessions (spec H-3).
    enum Access {
        /// By API key, to the personas of the key's account.
        case sdk
        /// By bearer token or, unless one is required, without; to every published persona.
        case web(requiresUser: Bool)
    }

    let emulator: Emulator
    var access = Access.sdk
    var requiresLLMKey = false

    static let testKeyPrefix = "pk_test_"
    static let keyField = "X-API-Key"
    static let apiKey = FieldName(keyField)

    /// The caller: the account in whose sandbox the call acts, and the channel that separates its sessions from others.
    struct Caller {
        let account: Account
        let channel: String
    }

    /// Throws a 401 for an unknown caller, a 429 beyond the rate limit.
    func caller(of call: Call, _ kind: RateLimiter.Kind) throws(Failure) -> Caller {
        switch access {
        case .sdk: return Caller(account: try account(of: call, kind), channel: "sdk")
        case .web(let requiresUser):
            guard let user = requiresUser ? try user(of: call, kind) : try userIfAny(of: call, kind) else {
                return Caller(account: emulator.home(of: call), channel: Gate.anonymous)
            }
            return Caller(account: user.account, channel: Gate.channel(of: user))
        }
    }

    /// The web channel of anonymous players. Keys and channels are never counted together: a valid key contains no
    /// space, and is not this word.
    static let anonymous = "web"

    static func channel(of user: User) -> String { "\(anonymous) \(user.id)" }

    /// Throws a 401 without a valid bearer token, a 429 beyond the user's rate limit.
    func user(of call: Call, _ kind: RateLimiter.Kind) throws(Failure) -> User {
        guard call.request.head.fields[.authorization] != nil else {
            throw Failure(.unauthorized, "Invalid or missing token: send it as Authorization: Bearer <token>")
        }
        guard let token = call.request.head.bearerToken else {
            throw Failure(.unauthorized, "Invalid or missing token: Authorization must be Bearer <token>")
        }
        let user = try emulator.user(forToken: token)
        let account = try emulator.admit(call, as: user.account, caller: Gate.channel(of: user), kind)
        return User(definition: user.definition, account: account)
    }

    /// The user; nil for a call without a token, which is counted with all such calls. Throws a 401 for an invalid
    /// token.
    func userIfAny(of call: Call, _ kind: RateLimiter.Kind) throws(Failure) -> User? {
        guard call.request.head.fields[.authorization] == nil else { return try user(of: call, kind) }
        _ = try emulator.admit(call, as: emulator.home(of: call), caller: Gate.anonymous, kind)
        return nil
    }

    /// Throws a 401 without a known key, a 429 beyond its rate limit.
    func account(of call: Call, _ kind: RateLimiter.Kind) throws(Failure) -> Account {
        guard let name = Gate.apiKey, let key = call.request.head.fields[name], !key.isEmpty else {
            throw Failure(.unauthorized, "Invalid or missing API key: send it in the \(Gate.keyField) header")
        }
        let account: Account
        switch try emulator.account(forKey: key, testPrefix: Gate.testKeyPrefix) {
        case .account(let found): account = found
        case .unknown: throw Failure(.unauthorized, "Invalid or missing API key: \(Gate.shown(key)) is not known here")
        case .full(let limit): throw Failure.tooManyAccounts(limit)
        }
        return try emulator.admit(call, as: account, caller: key, kind)
    }

    /// The part of a refused key that can be shown: all of a test key, which is a name, and only the prefix of others.
    private static func shown(_ key: String) -> String {
        if key.begins(with: testKeyPrefix) {
            return "a test key is \(testKeyPrefix) and 1 to 128 letters, digits, _ or -; yours"
        }
        return key.begins(with: "pk_live_") ? "this pk_live_ key" : "this key"
    }

    /// Throws a 400 for an invalid UUID, a 404 for an unknown persona, a 403 for one of another account or an
    /// unpublished one.
    func persona(of call: Call, for account: Account) throws(Failure) -> Persona {
        let id = try personaID(call.parameters["persona_id"], for: account)
        guard let persona = emulator.roster.persona(id, for: account) else { throw Gate.noPersona }
        if case .sdk = access, !account.owns(persona) {
            throw Failure(.forbidden, "API key does not have access to this persona")
        }
        guard persona.isPublished else { throw Failure(.forbidden, "Persona is not published") }
        return persona
    }

    func personaID(_ text: String, for account: Account) throws(Failure) -> PersonaID {
        if let id = PersonaID(text) { return id }
        let sample =
            emulator.roster.personas(for: account).first { account.owns($0) && $0.isPublished }.map {
                ", such as \($0.id) (\($0.name))"
            } ?? ""
        throw Failure(
            .badRequest,
            "Invalid persona ID format: \"\(String(text.unicodeScalars.prefix(40)))\" is not a UUID\(sample); "
                + "GET /api/v1/sdk/personas lists the ids, with a key such as X-API-Key: pk_test_demo")
    }

    static let noPersona = Failure(.notFound, "Persona not found")

    /// The machine that `machine_id` names; nil when it is absent or empty (spec G-21).
    func machine(of call: Call, in persona: Persona) throws(Failure) -> Machine? {
        guard let text = call.query["machine_id"], !text.isEmpty else { return nil }
        guard let id = MachineID(text) else {
            throw Failure(
                .badRequest,
                "Invalid machine_id format: \"\(String(text.unicodeScalars.prefix(40)))\" is not a UUID; "
                    + "GET /api/v1/sdk/chat/\(persona.id)/machines lists the ids")
        }
        guard let machine = persona.machine(id) else { throw Failure(.notFound, "Machine not found") }
        return machine
    }

    /// Throws a 403 for a machine that the player has not unlocked.
    func unlocked(_ machine: Machine, for play: Playthrough) throws(Failure) {
        if play.persona.isAvailable(machine, to: Progress()) { return }
        guard play.persona.isAvailable(machine, to: try play.progress()) else {
            throw Failure(.forbidden, "Machine is locked")
        }
    }
}
