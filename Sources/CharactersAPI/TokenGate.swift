import Dialogue
import Emulator
import Exact
import HTTP
import JSON

/// Identifies callers: a token names one character, and no field of a request names another (A.0-2).
struct TokenGate {
    static let testPrefix = "ftc_test_"
    static let token = FieldName("X-Connector-Token")
    /// The name of its tokens' dialect in the fixtures, and the beginning of its channels.
    static let dialect = "characters"

    let emulator: Emulator

    /// The caller of an admitted request. Checks are in the order of F-3.
    /// - Throws: a 401 without a known token, a 429 only when limits were set for the sandbox, a 400 for an unknown mode.
    func caller(of call: Call, _ kind: RateLimiter.Kind) throws(Failure) -> Caller {
        guard let name = TokenGate.token, let token = call.request.head.fields[name], !token.isEmpty else {
            throw TokenGate.refusal(of: call, "")
        }
        let key: BoundKey
        switch try emulator.boundKey(token, testPrefix: TokenGate.testPrefix, of: TokenGate.dialect, for: call) {
        case .key(let found): key = found
        case .unknown: throw TokenGate.refusal(of: call, token)
        case .full(let limit): throw Failure.tooManyAccounts(limit)
        }
        _ = try emulator.admit(call, as: key.account, caller: token, kind, onlyOwn: true)
        return Caller(key: key, mode: try TestMode(call.request.head))
    }

    /// The body of a request.
    /// - Throws: a 400 for one that is no JSON object.
    func body(of call: Call) throws(Failure) -> RequestFields { try fields(of: try call.body()) }

    /// - Throws: a 400 for a text that is no JSON object.
    func fields(of text: [UInt8]) throws(Failure) -> RequestFields {
        let value = try JSONValue.body(
            text, depthLimit: emulator.jsonDepth, else: "The body must be a JSON object")
        guard value.members != nil else {
            throw Failure(.badRequest, "The body must be a JSON object, as in {\"platform\": \"instagram\", …}")
        }
        return RequestFields(value)
    }

    /// The 401. It never repeats a token, and says what a key of another API is for.
    private static func refusal(of call: Call, _ token: String) -> Failure {
        let other = FieldName("X-API-Key").flatMap { call.request.head.fields[$0] }
        return Failure(
            .unauthorized,
            "\(mistake(token, other)): the Characters API takes ftc_test_<name>, such as ftc_test_demo, or a token that "
                + "accounts.json has in connector_tokens")
    }

    /// - Parameter other: the key in `X-API-Key`.
    private static func mistake(_ token: String, _ other: String?) -> String {
        if (token.isEmpty ? other ?? "" : token).hasPrefix("ft_sk_") {
            return "A key ft_sk_… is for the Handshake API of fluidtalk 1 (/api/v1/bot/…)"
        }
        if !token.isEmpty { return "No character has this X-Connector-Token" }
        return other == nil
            ? "The field X-Connector-Token is missing" : "The token is in X-API-Key, and not in X-Connector-Token"
    }
}

/// Who sent an admitted request, and how it is meant.
struct Caller {
    let key: BoundKey
    let mode: TestMode

    var account: Account { key.account }

    /// The flags of the token; an open token has those of its persona (F-18).
    var flags: LeadFlags {
        key.settings[LeadFlags.self] ?? key.persona.settings[LeadFlags.self] ?? LeadFlags()
    }

    /// Why the character's plan is paused; nil: it is not.
    var pauseReason: String? {
        key.settings[PauseReason.self]?.text ?? (account.isPaused ? PauseReason.planLimit : nil)
    }

    /// The price of what is paid for (E-35).
    var price: Price { Price(key, unpaid: Caller.unpaid) }

    static let unpaid = Failure(.paymentRequired, "The wallet of this character does not cover this turn")

    /// The machine that is bound for the platform; nil: none is (F-4).
    func boundMachine(for platform: String) -> Machine? {
        guard let bound = key.persona.settings[Platforms.self] else { return key.machine }
        guard let machine = bound.machines[platform] else { return nil }
        return key.persona.machines.first { $0.key === machine }
    }

    /// - Throws: a 404 for a platform that is not bound (E-2).
    func machine(for platform: String) throws(Failure) -> Machine {
        if let machine = boundMachine(for: platform) { return machine }
        throw Failure(.notFound, "no workflow is bound for this platform on this character")
    }
}
