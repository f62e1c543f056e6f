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
    static let comment = "a mock comment"

    /// The answer to a reply, by the post (B.11).
    static func reply(under post: String, to text: String, within cap: TextCap) -> CommentAnswer {
        switch post {
        case "test_dm": CommentAnswer(.nudge, "come say hi in my dms", within: cap)
        case "test_hostile": .stop(.hostile)
        case "test_once": .stop(.once)
        case "test_maxed": .stop(.author)
        case "test_stranger": .stop(.stranger)
        default: CommentAnswer(.reply, "mock reply to: \(text)", within: cap)
        }
    }
}
