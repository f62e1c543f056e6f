import Dialogue
import Embedded
import Emulator
public import Fixtures

/// The behaviour of an account where no source describes the real service. Each setting can be changed when the real
/// service differs from the default.
struct HandshakeCompat: Equatable, Sendable {
    /// An event that the engine does not know (E-3).
    enum UnknownEvent: String, CaseIterable, Sendable {
        /// A 400: no conversation begins and no credit is spent.
        case refuse
        /// Nothing is said.
        case ignore
    }

    /// A nudge before its time, or one too many (E-6). Nothing is said either way.
    enum RefusedNudge: String, CaseIterable, Sendable {
        /// `ignored`, with the reason.
        case ignored
        /// Not `ignored`: only nothing is said.
        case silent
    }

    /// A target that another of the caller's own accounts holds (E-7).
    enum DuplicateLeads: String, CaseIterable, Sendable {
        case ignore, answer
    }

    /// When two targets are the same lead (E-11).
    enum Targets: String, CaseIterable, Sendable {
        /// When they are the same text.
        case exact
        /// When they are the same except for case and a leading `@`.
        case folded
    }

    var unknownEvent = UnknownEvent.refuse
    var refusedNudge = RefusedNudge.ignored
    var duplicateLeads = DuplicateLeads.ignore
    var targets = Targets.exact
}

/// The dialect's keys of the fixtures: `handshake_keys`, and those of `compat`.
public struct FluidTalkKeys: DialectKeys {
    public init() {}

    public func read(_ account: AccountReading) {
        for value in account.members.array("handshake_keys") ?? [] {
            account.bind(value, called: "a handshake key", of: KeyGate.channel)
        }
        guard let object = account.compat else { return }
        var compat = HandshakeCompat()
        compat.unknownEvent = object.choice("unknown_event", HandshakeCompat.UnknownEvent.self) ?? compat.unknownEvent
        compat.refusedNudge = object.choice("refused_nudge", HandshakeCompat.RefusedNudge.self) ?? compat.refusedNudge
        compat.duplicateLeads =
            object.choice("duplicate_leads", HandshakeCompat.DuplicateLeads.self) ?? compat.duplicateLeads
        compat.targets = object.choice("targets", HandshakeCompat.Targets.self) ?? compat.targets
        account.keep(compat)
    }

    public var accountsSchema: [UInt8] {
        let file = embedded_fluidtalk_accounts_schema()
        return Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
    }
}

extension Account {
    var compat: HandshakeCompat { settings[HandshakeCompat.self] ?? HandshakeCompat() }
}
