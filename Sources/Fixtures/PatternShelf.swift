import Exact
import Text

/// The compiled patterns of one text; each is compiled once.
struct PatternShelf {
    /// The most patterns of a document from a client, and the most bytes of their compiled forms.
    static let documentLimit = 1_000
    static let documentBytes = 2 << 20

    /// Why a pattern is refused.
    enum Refusal: Error {
        case broken(Pattern.CompileError)
        case tooMany
    }

    private let isLimited: Bool
    private var compiled: [ExactText: Result<Pattern, Pattern.CompileError>] = [:]
    private var bytes = 0

    init(isLimited: Bool) { self.isLimited = isLimited }

    mutating func pattern(_ source: String) throws(Refusal) -> Pattern {
        if let known = compiled[ExactText(source)] { return try PatternShelf.opened(known) }
        if isLimited, compiled.count >= PatternShelf.documentLimit || bytes >= PatternShelf.documentBytes {
            throw .tooMany
        }
        let result = Result { () throws(Pattern.CompileError) in try Pattern(source) }
        compiled[ExactText(source)] = result
        if case .success(let pattern) = result { bytes += pattern.size }
        return try PatternShelf.opened(result)
    }

    private static func opened(_ result: Result<Pattern, Pattern.CompileError>) throws(Refusal) -> Pattern {
        switch result {
        case .success(let pattern): return pattern
        case .failure(let error): throw .broken(error)
        }
    }
}
