public import Dialogue
public import Fixtures
import HTTP
import JSON

/// A signed-in user, and the account that the user belongs to.
public struct User {
    public let definition: UserDefinition
    public let account: Account

    public init(definition: UserDefinition, account: Account) {
        self.definition = definition
        self.account = account
    }

    public var id: UserID { definition.id }
}

extension Emulator {
    /// Finds the user of a bearer token: one that `accounts.json` names, or a JWT signed with the configured secret.
    /// The subject of a JWT that no account names is a user of the default account.
    /// - Throws: a 401 that gives the reason, without the token.
    public func user(forToken token: String) throws(Failure) -> User {
        if let user = accounts.user(forToken: token) { return user }
        guard let secret = jwtSecret else { throw Emulator.unauthorized("it is not known here") }
        let claims: JSONValue
        do {
            claims = try SignedToken(token, secret: secret, at: now).claims
        } catch {
            throw Emulator.unauthorized(error.message)
        }
        guard let id = claims["sub"]?.string.flatMap(UserID.init) else {
            throw Emulator.unauthorized("the JWT's \"sub\" is no UUID")
        }
        if let user = accounts.user(id) { return user }
        let email = claims["email"]?.string ?? ""
        let names = [claims["user_metadata"]?["display_name"], claims["user_metadata"]?["full_name"], claims["name"]]
        let name = names.lazy.compactMap { $0?.string }.first ?? email
        return User(
            definition: UserDefinition(id: id, email: email, displayName: name), account: accounts.defaultAccount)
    }

    /// The account of requests that name no account.
    public var defaultAccount: Account { accounts.defaultAccount }

    private static func unauthorized(_ why: String) -> Failure {
        Failure(.unauthorized, "Invalid or missing token: \(why)")
    }
}
