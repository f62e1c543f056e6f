import Journal
import ControlAPI
import Emulator
import Fixtures
import FluidTalkAPI
import FoilEngineAPI
import HTTPServer
import Store

/// The settings of the server. A flag overrides the environment, which overrides the configuration file, which
/// overrides the default.
struct Configuration: Equatable {
    enum LogStyle: String, CaseIterable {
        case text, json, errors, off
    }

    var host = "127.0.0.1"
    var port = 8000
    /// Nil: the `fixtures` folder beside the program, else the built-in ones.
    var fixtures: String?
    /// The file that is written when the server is ready; nil: none.
    var readyFile: String?
    /// Whether the fixtures are reloaded when they change.
    var watch = false
    /// Nil: a file in the user's state folder.
    var database: String?
    var durability = Durability.normal
    var seed = 1
    var rateLimits: RateLimits? = RateLimits()
    var foilEngine = FoilEngine.Options()
    var fluidTalk = FluidTalk.Options()
    /// Nil: no JSON Web Token is accepted.
    var jwtSecret: String?
    var origins = CrossOrigin.Origins.any
    /// Nil: a token is generated and printed.
    var controlToken: String?
    /// The file that holds the token; nil: none.
    var controlTokenFile: String?
    /// Hosts under which the control API can be called, besides the address that the server listens on.
    var allowedHosts: [String] = []
    /// Where metrics are served without a token; nil: only by the control API.
    var metricsListen: MetricsAddress?
    /// The default clock of sandboxes.
    var clock = SandboxClock.real
    var log = LogStyle.text
    /// The file that the log is appended to; nil: standard error.
    var logFile: String?
    /// Whether the log explains turns.
    var explain = false
    /// The snapshot that is restored at start; nil: none.
    var snapshot: String?
    var snapshotBytes = 64 << 20
    var openAccounts = 10_000
    /// The most entries of a sandbox's journal.
    var journalEntries = JournalBook.standardLimit
    /// The file to which all entries are written; nil: none.
    var journal: String?
    var bodyBytes = 1 << 20
    var jsonDepth = 64
    /// The most players that are remembered in memory; 0: none.
    var cachedPlayers = 10_000
    var limits = Limits()
    /// What is doubtful about how the settings were made: one line each, for the user.
    private(set) var warnings: [String] = []

    init() {}

    static let fileVariable = "FOILMOCK_CONFIG"

    /// The names of all environment variables that are read.
    static var variables: [String] { [fileVariable] + ServerSetting.all.map(\.variable) }

    /// The settings that say where a server is, and where it keeps what it knows.
    private static let places: Set<String> = ["host", "port", "db"]

    /// A variable is not looked at, not even for mistakes, where a flag sets the same.
    /// - Parameters:
    ///   - standard: the defaults.
    ///   - choosesPlace: whether the address and the database come from flags, and from a configuration file that a
    ///     flag names, but not from the environment.
    init(
        flags: Flags, environment: Environment, standard: Configuration = Configuration(), choosesPlace: Bool = false
    ) throws(AppError) {
        self = standard
        let own = choosesPlace ? Configuration.places : []
        if let file = flags.configFile {
            try read(file)
        } else if let file = try environment.setting(Configuration.fileVariable) {
            try read(file, except: own)
        }
        let hidden = own.union(flags.values.map(\.setting.name))
        for setting in ServerSetting.all where !hidden.contains(setting.name) {
            guard let value = try environment.setting(setting.variable) else { continue }
            if setting.name == "port", ServiceLink.isAddress(value) {
                warnings.append(ServiceLink.warning(setting.variable, value))
                continue
            }
            try set(setting, value, from: setting.variable)
        }
        warnings += UnknownVariables.warnings(environment)
        for (setting, value) in flags.values {
            try set(setting, value, from: setting.flag)
            if setting.isSecret || setting.name == "db" && DatabaseServers.hasPassword(value) {
                let file = ServerSetting.all.first { $0.name == "\(setting.name)_file" }
                warnings.append(
                    "every user of this machine can see \(setting.flag) in the list of processes; set \(setting.variable)"
                        + (file.map { " or \($0.flag)" } ?? "") + " instead")
            }
        }
    }

    mutating func set(_ setting: ServerSetting, _ value: String, from source: String) throws(AppError) {
        guard setting.apply(&self, value) else {
            guard !setting.isSecret else { throw .usage("\(source) must be \(setting.takes)") }
            let near = Suggestion.text(for: value, among: Placeholder(setting.placeholder).words)
            throw .usage("\(source) must be \(setting.takes), not '\(value)'\(near)")
        }
    }

    /// The options of the control API.
    func control(token: String) -> Control.Options {
        var options = Control.Options(token: token, hosts: hosts(listeningOn: host))
        options.snapshotBytes = snapshotBytes
        return options
    }

    /// The hosts under which a socket at that address may be called.
    func hosts(listeningOn host: String) -> HostCheck {
        let address = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        return HostCheck(
            hosts: Set(allowedHosts + [address.lowercased()]),
            allowsAnyAddress: ["0.0.0.0", "::", "[::]"].contains(host))
    }

    /// The host at which a program on this machine reaches the server. An IPv6 address is without brackets.
    var localHost: String {
        if ["0.0.0.0", "::", "[::]"].contains(host) { return "127.0.0.1" }
        return host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }

    /// The URL at which a program on this machine reaches the server.
    var localURL: String { "http://\(localHost.contains(":") ? "[\(localHost)]" : localHost):\(port)" }
}
