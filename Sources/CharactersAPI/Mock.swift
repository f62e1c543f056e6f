import Dialogue
import Emulator
import Exact

/// The canned answers of the mode `mock` (B.11, F-15). They follow from the request alone; nothing is written.
enum Mock {
    /// - Parameter url: makes a URL from its end.
    static func reply(
        to handle: String, _ message: String, hasImage: Bool, _ url: (String) -> String
    ) -> DirectReply {
        func photos(_ samples: [Sample]) -> [DirectReply.Bubble] {
            samples.map { DirectReply.Bubble(imageURL: url($0.end)) }
        }
        var reply =
            switch handle {
            case "test_photo": DirectReply(mock: photos([.first]))
            case "test_photos": DirectReply(mock: photos(Sample.allCases))
            default:
                DirectReply(mock: [
                    DirectReply.Bubble(text: "hey!"), DirectReply.Bubble(text: "mock reply to: \(message)"),
                ])
            }
        if hasImage { reply.vision = vision }
        return reply
    }

    static let vision = Vision.seen("image", "a mock image")
}
