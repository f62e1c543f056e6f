public import Emulator

extension FluidTalk {
    /// The settings of the API.
    public struct Options: Equatable, Sendable {
        /// The beginning of pictures' URLs, `https://mock.example`; nil: the host of the request.
        public var publicURL: String?
        /// The largest picture, in bytes.
        public var uploadBytes = 10 << 20

        public init() {}
    }

    public static var settings: [Setting<Options>] {
        [
            Setting(
                name: "public_url", placeholder: "URL", takes: "a URL such as https://mock.example",
                help: "What URLs of pictures begin with (the host that is asked)", recorded: \.publicURL
            ) {
                $0.publicURL = $1
                return CrossOrigin.isOrigin($1)
            },
            .number(
                "upload_bytes", \.uploadBytes, 1...1 << 30, isRecorded: true, "A picture at most (10485760)"),
        ]
    }
}
