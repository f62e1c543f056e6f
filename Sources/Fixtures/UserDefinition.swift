public import Dialogue

/// Somebody who signs in to the web routes (FIXTURES.md accounts.json `users`).
public struct UserDefinition: Equatable, Sendable {
    public let id: UserID
    public let email: String
    public let displayName: String
    /// What a request proves the user by; nil for one who only comes with a signed token.
    public let token: String?

    public init(id: UserID, email: String, displayName: String, token: String? = nil) {
        self.id = id
        self.email = email
        self.displayName = displayName
        self.token = token
    }
}

public typealias UserID = Identifier<UserDefinition>
