import JSON
public import Dialogue
import Exact

/// An account of the fixtures (FIXTURES.md accounts.json).
public struct AccountDefinition: Equatable, Sendable {
    public let name: String
    public let keys: [String]
    /// Whether messages can contain directives.
    public let directives: Bool
    /// The seed from which the ids of its sandbox derive; nil: the server's.
    public let seed: Int?
    public let limits: LimitsDefinition
    public let users: [UserDefinition]
    /// Keys that select one persona and one of its machines.
    public let bindings: [KeyBinding]
    /// The settings that dialects have read.
    public let settings: DialectSettings

    public init(
        name: String, keys: [String], directives: Bool = false, seed: Int? = nil, limits: LimitsDefinition = .server,
        users: [UserDefinition] = [], bindings: [KeyBinding] = [], settings: DialectSettings = DialectSettings()
    ) {
        self.name = name
        self.keys = keys
        self.directives = directives
        self.seed = seed
        self.limits = limits
        self.users = users
        self.bindings = bindings
        self.settings = settings
    }
}

public enum LimitsDefinition: Equatable, Sendable {
    /// The server's limits.
    case server
    case lifted
    case perMinute(RateLimits)
}

/// The most requests per minute, and how they are counted (spec H-4).
public struct RateLimits: Equatable, Sendable {
    public enum Window: String, CaseIterable, Sendable {
        /// At most the limit in any 60 seconds.
        case sliding
        /// At most the limit from one full minute of the clock to the next.
        case fixed
        /// A bucket whose size is the limit, filled evenly.
        case tokenBucket = "token_bucket"
    }

    /// The requests that are counted together.
    public enum Scope: String, CaseIterable, Sendable {
        case key, account
    }

    public var messagesPerMinute: Int
    public var otherPerMinute: Int
    public var window: Window
    public var scope: Scope

    public init(
        messagesPerMinute: Int = 30, otherPerMinute: Int = 60, window: Window = .sliding, scope: Scope = .key
    ) {
        self.messagesPerMinute = messagesPerMinute
        self.otherPerMinute = otherPerMinute
        self.window = window
        self.scope = scope
    }
}

/// The content of `accounts.json`.
public struct AccountDefinitions: Equatable, Sendable {
    /// The account whose key the server prints; one of `accounts`.
    public let defaultName: String
    public let accounts: [AccountDefinition]

    /// Without `accounts.json`: one account, `demo`.
    public static let demo = AccountDefinitions(
        defaultName: "demo", accounts: [AccountDefinition(name: "demo", keys: ["pk_live_demo"], directives: true)])

    public var defaultAccount: AccountDefinition {
        accounts.first { $0.name === defaultName } ?? accounts[0]
    }
}

extension RateLimits {
    /// Reads the members of an object; missing ones have the values of `others`.
    public init(_ reader: ObjectReader, or others: RateLimits = RateLimits()) {
        self = others
        func perMinute(_ key: String) -> Int? {
            guard reader.value(key)?.isNull != true else {
                reader.findings.report(
                    "\"\(key)\" must be a whole number between 1 and 1000000, not null: 1000000 lifts this limit, and null in "
                        + "place of the object lifts both", at: reader.position(of: key))
                return nil
            }
            return reader.integer(key, in: 1...1_000_000)
        }
        messagesPerMinute = perMinute("messages_per_minute") ?? messagesPerMinute
        otherPerMinute = perMinute("other_per_minute") ?? otherPerMinute
        window = reader.choice("window", Window.self) ?? window
        scope = reader.choice("scope", Scope.self) ?? scope
    }
}

/// A user who signs in to the web routes (FIXTURES.md accounts.json `users`).
public struct UserDefinition: Equatable, Sendable {
    public let id: UserID
    public let email: String
    public let displayName: String
    /// The user's bearer token; nil for a user who only uses JSON Web Tokens.
    public let token: String?

    public init(id: UserID, email: String, displayName: String, token: String? = nil) {
        self.id = id
        self.email = email
        self.displayName = displayName
        self.token = token
    }
}

public typealias UserID = Identifier<UserDefinition>
