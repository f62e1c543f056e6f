import Journal
import Emulator
import Fixtures
import FluidTalkAPI
import FoilEngineAPI

extension Setting {
    /// The settings that change answers, as texts for `apply`, for a replay. Secrets are not included, and neither are
    /// settings about the address and the speed of the server.
    static func forReplay(of configuration: Configuration) -> [(name: String, value: String)] {
        let pacing = configuration.foilEngine.pacing
        var told = [
            ("seed", String(configuration.seed)), ("rate_limits", text(configuration.rateLimits)),
            ("require_llm_key", String(configuration.foilEngine.requiresLLMKey)),
            ("web_auth", configuration.foilEngine.webAuth.rawValue),
            ("first_token_ms", String(pacing.firstTokenMilliseconds)),
            ("tokens_per_second", String(pacing.tokensPerSecond)),
            ("cors_origins", text(configuration.origins)), ("clock", text(configuration.clock)),
            ("open_accounts", String(configuration.openAccounts)),
            ("journal_entries", String(configuration.journalEntries)),
            ("body_bytes", String(configuration.bodyBytes)),
            ("upload_bytes", String(configuration.fluidTalk.uploadBytes)),
            ("snapshot_bytes", String(configuration.snapshotBytes)),
            ("json_depth", String(configuration.jsonDepth)),
        ]
        if let url = configuration.fluidTalk.publicURL { told.append(("public_url", url)) }
        return told.map { (name: $0.0, value: $0.1) }
    }

    private static func text(_ limits: RateLimits?) -> String {
        guard let limits else { return "off" }
        return limits == RateLimits() ? "docs" : "\(limits.messagesPerMinute)/\(limits.otherPerMinute)"
    }

    private static func text(_ origins: CrossOrigin.Origins) -> String {
        switch origins {
        case .any: "*"
        case .listed(let list): list.isEmpty ? "none" : list.joined(separator: ",")
        }
    }

    private static func text(_ clock: SandboxClock) -> String {
        if case .frozen(let time) = clock.mode { time.exactText } else { "real" }
    }
}
