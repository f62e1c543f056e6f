import Dialogue
import Emulator
import Exact
import HTTP
import JSON

/// The key and the model that a caller sends for a language model (spec E). No model is called and nothing is kept.
/// Some keys fail on purpose, so that a client's handling of the error can be tested.
struct LanguageModelKey {
    static let keyField = "X-LLM-API-Key"
    private static let modelField = "X-LLM-Model"
    private static let keyName = FieldName(keyField)
    private static let modelName = FieldName(modelField)
    /// The model that is answered when the caller names none; the real service has its own default.
    private static let defaultModel = "gpt-4o-mini"

    /// All fields that a client can send (spec E).
    static let fields = [
        keyField, modelField, "X-LLM-Eval-Model", "X-LLM-Response-Model", "X-LLM-Summarization-Model",
        "X-LLM-Eval-API-Key", "X-LLM-Response-API-Key", "X-LLM-Summarization-API-Key",
    ]

    /// The key; nil when the caller sends none.
    private let key: String?
    private let model: String?

    init(_ head: RequestHead) {
        key = LanguageModelKey.value(LanguageModelKey.keyName, head)
        model = LanguageModelKey.value(LanguageModelKey.modelName, head)
    }

    private struct Fault {
        let word: String
        let status: Status
        let message: String
    }

    private static let faults = [
        Fault(word: "invalid", status: .badRequest, message: "The LLM provider does not know this API key"),
        Fault(word: "expired", status: .badRequest, message: "This LLM API key has expired"),
        Fault(word: "overloaded", status: .badGateway, message: "The LLM provider is overloaded"),
    ]

    /// The words in keys that fail on purpose.
    static var faultWords: [String] { faults.map(\.word) }

    /// The fault whose word the key contains (spec G-42).
    private var fault: Fault? {
        guard let key else { return nil }
        return LanguageModelKey.faults.first { key.holds($0.word) }
    }

    /// Throws a 400 when the server requires a key and none was sent (spec G-1, H-1), and the error of a key that fails
    /// on purpose (spec G-2).
    func check(isRequired: Bool) throws(Failure) {
        if isRequired, key == nil { throw LanguageModelKey.missing }
        if let fault { throw Failure(fault.status, fault.message) }
    }

    /// `{"valid","model","error"}` (spec E). `asked` is the model that the body names.
    func verdict(on asked: String?) throws(Failure) -> Response {
        guard key != nil else { throw LanguageModelKey.missing }
        var writer = JSONWriter(capacity: 128)
        writer.beginObject()
        writer.member("valid", fault == nil)
        writer.member("model", asked ?? model ?? LanguageModelKey.defaultModel)
        writer.member("error", fault?.message)
        writer.endObject()
        return .json(writer.bytes)
    }

    private static let missing = Failure(.badRequest, "\(keyField) header is required")

    private static func value(_ name: FieldName?, _ head: RequestHead) -> String? {
        guard let name, let value = head.fields[name], !value.isEmpty else { return nil }
        return value
    }
}

/// Validates keys for a language model (spec A.1.9, E).
struct ValidationRoutes {
    let gate: Gate

    func validate(_ call: Call) throws(Failure) -> Response {
        _ = try gate.account(of: call, .other)
        let model = try ValidationRoutes.model(try call.body(), depthLimit: gate.emulator.jsonDepth)
        return try LanguageModelKey(call.request.head).verdict(on: model)
    }

    /// The body can be missing: Unity sends none without a model.
    private static func model(_ body: [UInt8], depthLimit: Int) throws(Failure) -> String? {
        guard !body.isEmpty else { return nil }
        let value = try PlayerInput.object(body, depthLimit: depthLimit)
        guard let model = try PlayerInput.text("model", of: value), !model.isEmpty else { return nil }
        return try PlayerInput.limited(model, "model", limit: PlayerInput.nameLimit)
    }
}
