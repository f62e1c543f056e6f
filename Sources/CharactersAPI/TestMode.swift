import Emulator
import Exact
import HTTP

/// Whether a request is meant, or a test of the caller's (B.11).
enum TestMode: String, CaseIterable {
    case live
    /// Canned answers: nothing is written and nothing is paid.
    case mock
    /// The real rules, on leads of their own.
    case sandbox

    private static let field = FieldName("X-FluidTalk-Mode")
    private static let prefix = "test_"
    /// What may be before a community's name.
    static let communityMark = "r/"

    /// - Throws: a 400 for any other word (E-30).
    init(_ head: RequestHead) throws(Failure) {
        let word = TestMode.field.flatMap { head.fields[$0] } ?? ""
        guard !word.isEmpty else {
            self = .live
            return
        }
        guard let mode = TestMode.allCases.first(where: { $0.rawValue === word }) else {
            throw Failure(
                .badRequest, "X-FluidTalk-Mode must be live, mock or sandbox, in small letters, not \"\(word)\"")
        }
        self = mode
    }

    /// - Parameter mark: what may be before `test_`.
    /// - Throws: a 400 in a test mode for a name that does not begin with `test_` (E-31).
    func check(_ field: String, _ name: String, behind mark: String = "") throws(Failure) {
        guard self != .live, !name.begins(with: TestMode.prefix), !name.begins(with: mark + TestMode.prefix) else {
            return
        }
        throw Failure(
            .badRequest, "\(field) must begin with \(TestMode.prefix) in the mode \(rawValue), not \"\(name)\"")
    }
}
