import HTTP

extension Dispatcher {
    /// What is logged of an answered request.
    public struct Entry: Sendable {
        /// Nil when not even the request line could be read.
        private let head: RequestHead?
        /// Nil when the connection ends before the first byte of the answer.
        public let status: Int?
        /// The route's path, `/chat/{persona_id}/message`; nil when no route matched.
        public let route: String?
        /// The name of the sandbox in which it acted; nil for a request that acts in none.
        public let sandbox: String?
        public let requestID: String
        /// Why the request was refused before it reached an API; nil: it was not.
        public let refusal: String?
        /// The time from the whole request to its kept answer, in nanoseconds.
        public internal(set) var duration: Int64 = 0
        /// The explanation of the turn that the request made; empty unless explanations are on.
        public let explanation: [String]

        init(
            _ head: RequestHead?, status: Int?, route: String? = nil, sandbox: String? = nil, requestID: String,
            refusal: ProtocolError? = nil, explanation: [String] = []
        ) {
            (self.head, self.status, self.route, self.sandbox) = (head, status, route, sandbox)
            self.requestID = requestID
            self.refusal = refusal?.message
            self.explanation = explanation
        }

        public var method: String? { head?.method.name }
        /// Without the query, which can name players.
        public var path: String? { head?.path }
    }
}
