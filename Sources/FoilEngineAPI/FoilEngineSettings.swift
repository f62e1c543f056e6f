public import Emulator

extension FoilEngine {
    /// The settings of the API.
    public struct Options: Equatable, Sendable {
        public var pacing = Pacing()
        /// Whether init-session, message and stream need `X-LLM-API-Key` (spec H-1).
        public var requiresLLMKey = false
        /// Whether web chat needs a signed-in user (spec H-3).
        public var webAuth = WebAuth.optional

        public init() {}
    }

    public enum WebAuth: String, CaseIterable, Sendable {
        /// A player without a token is anonymous.
        case optional
        case required
    }

    public static var settings: [Setting<Options>] {
        [
            .toggle(
                "require_llm_key", \.requiresLLMKey, isRecorded: true, "Refuse chat calls without X-LLM-API-Key (false)"
            ),
            .choice("web_auth", \.webAuth, isRecorded: true, "Whether web chat needs a signed-in user (optional)"),
            .number(
                "first_token_ms", \.pacing.firstTokenMilliseconds, 0...600_000, isRecorded: true,
                "From a stream's metadata to its first text (0)"),
            .number(
                "tokens_per_second", \.pacing.tokensPerSecond, 0...1_000_000, isRecorded: true,
                "Words of a stream a second; 0: all at once (0)"),
        ]
    }
}
