/// Why nothing is said under a post (A.3, E-20, E-22).
enum CommentStop: String {
    case disabled = "comments_disabled"
    case once = "comment_once"
    case nothingFits = "nothing_to_say"
    case short = "target_too_short"
    case hostile
    case stranger
    case author = "max_replies_per_author"
    case thread = "max_replies_per_thread"
    case noTarget = "no_target_selected"
    case own = "own_comment"
    case deep = "thread_too_deep"
    case engaged = "already_engaged_this_comment"
    case post = "max_engagements_per_post"

    /// For a reader.
    var explanation: String {
        switch self {
        case .disabled: "Comments are off for this character on this platform: its machine has no such \"comments\""
        case .once: "The character has spoken under this post already, and speaks once under a post"
        case .nothingFits: "The character has no line that fits"
        case .short: "There is too little to answer"
        case .hostile: "The text is hostile, so the character leaves the thread"
        case .stranger: "The character answers those alone who have a conversation with it on this platform"
        case .author: "The character has replied to this author as often as it may in this thread"
        case .thread: "The character has replied as often as it may in this thread"
        case .noTarget: "No comment of the thread is one that the character answers"
        case .own: "The comment is the character's own"
        case .deep: "The comment is below more others than the character goes"
        case .engaged: "The character has answered this comment already"
        case .post: "The character has joined as many threads under this post as it may"
        }
    }

    static func paused(_ reason: String) -> String {
        "The plan of this character is paused (\(reason)): nothing is answered and nothing is paid"
    }
}
