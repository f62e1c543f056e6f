/// What a handler has for a request.
public enum Answer {
    case response(Response)
    /// It takes long to work out. `run` is called on another thread, after what was handed in before it; then `resume`
    /// is called on the loop with its result, and answers.
    case work(_ run: @Sendable () -> any Sendable, resume: (any Sendable) -> Answer)

    /// The response, with what takes long worked out here and now: for a caller without a loop.
    public func workedOut() -> Response {
        var answer = self
        while true {
            switch answer {
            case .response(let response): return response
            case .work(let run, let resume): answer = resume(run())
            }
        }
    }
}
