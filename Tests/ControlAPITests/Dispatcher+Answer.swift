import Emulator
import HTTP

extension Dispatcher {
    /// The response to a request, with all its work and its batches on a shared database done.
    func answer(to request: Request) -> Response {
        var answer = respond(to: request)
        while true {
            switch answer {
            case .response(let response): return response
            case .work(let run, let resume): answer = resume(run())
            case .pending(let begin):
                var later: HTTP.Answer?
                begin { later = $0 }
                while beginBatch() != nil {}
                guard let later else { preconditionFailure("without a loop no answer stays pending") }
                answer = later
            }
        }
    }
}
