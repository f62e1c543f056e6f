import Emulator
import HTTP

/// Identifies callers: a key selects one persona and one engine, and no field of a request chooses others (A.2).
struct KeyGate {
    static let testKeyPrefix = "ft_sk_test_"
    static let apiKey = FieldName("X-API-Key")
    /// The channel of its sessions, and the dialect of its keys in the fixtures.
    static let channel = "handshake"

    let emulator: Emulator
    let formLimits: FormLimits

    /// Throws a 401 without a known key, and a 429 only when limits were set for the sandbox (F-2).
    func boundKey(of call: Call, _ kind: RateLimiter.Kind) throws(Failure) -> BoundKey {
        guard let name = KeyGate.apiKey, let key = call.request.head.fields[name], !key.isEmpty else {
            throw KeyGate.refusal(of: call)
        }
        let bound: BoundKey
        switch try emulator.boundKey(key, testPrefix: KeyGate.testKeyPrefix, of: KeyGate.channel, for: call) {
        case .key(let found): bound = found
        case .unknown: throw KeyGate.refusal(of: call)
        case .full(let limit): throw Failure.tooManyAccounts(limit)
        }
        _ = try emulator.admit(call, as: bound.account, caller: key, kind, onlyOwn: true)
        return bound
    }

    /// The request's form, in either encoding. A body of any other type is a form without fields (E-29).
    func form(of call: Call) throws(Failure) -> Form? {
        do {
            return try Form(call.request, limits: formLimits)
        } catch {
            throw Failure(error)
        }
    }

    /// What the clients of version 2 send, for another API.
    private static let connectorToken = FieldName("X-Connector-Token")
    private static let connectorPrefix = "ftc_"

    /// The 401 for a request without a known key. It says which API a token of the other one is for.
    private static func refusal(of call: Call) -> Failure {
        let fields = call.request.head.fields
        let isOther =
            apiKey.flatMap { fields[$0] }?.hasPrefix(connectorPrefix) ?? (connectorToken.flatMap { fields[$0] } != nil)
        guard isOther else { return Failure(.unauthorized, "Invalid or missing API key") }
        return Failure(
            .unauthorized,
            "Invalid or missing API key: a token ftc_… is for the Characters API of fluidtalk 2 (/api/v1/characters/…); "
                + "the Handshake API takes a key in X-API-Key, such as ft_sk_test_demo")
    }
}
