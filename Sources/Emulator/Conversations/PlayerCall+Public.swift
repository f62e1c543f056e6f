import Dialogue
import HTTP

/// What somebody has written in public, such as a comment, as a test may have prepared its answer.
public struct PublicMessage {
    fileprivate let whole: String
    fileprivate let instruction: Instruction

    /// Without directives.
    public var text: String { instruction.text }
}

extension PlayerCall {
    /// Reads a text in public. It is no turn of a conversation.
    /// - Throws: the failure of a fault that matches the text, a 400 for a directive that does not exist or that is for
    ///   turns.
    public func hear(public text: String) throws(Failure) -> PublicMessage {
        let instruction = try instruction(of: Message(text))
        exchange.delay = instruction.delay
        if instruction.directives.contains(where: \.decides) {
            throw Failure(
                .badRequest,
                "[[pass]] and other decisions are for messages; in public [[error 503]] and [[delay 2s]] are known")
        }
        return PublicMessage(whole: text, instruction: instruction)
    }

    /// Pays for an answer in public. A script's step gives its reply or its error; its decision has no effect.
    /// - Returns: the reply that replaces the picked line; nil: none does.
    /// - Throws: errors that a directive or a script asks for, and what `price` throws.
    public func answer(_ message: PublicMessage, for price: Price) throws(Failure) -> String? {
        try throwRequestedError(message.instruction, message.whole)
        try pay(price)
        return scripted(message.instruction).reply
    }
}
