extension Studio {
    /// - Parameter more: more members, after a comma.
    func comment(
        _ caption: String, post: String = "p1", platform: String = "instagram", author: String? = nil,
        images: [String] = [], token: String = "ftc_test_a", mode: String? = nil, more: String = ""
    ) -> Answer {
        let handle = author.map { #", "author_handle": "\#($0)""# } ?? ""
        let urls = images.isEmpty ? "" : #", "image_urls": \#(images)"#
        return self.post(
            "comments",
            #"{"platform": "\#(platform)", "post_ref": "\#(post)", "post": {"caption": "\#(caption)"\#(handle)\#(urls)}\#(more)}"#,
            token: token, mode: mode)
    }

    func reply(
        _ text: String, by handle: String = "kim", post: String = "p1", below comment: String? = "c9",
        platform: String = "instagram", token: String = "ftc_test_a", mode: String? = nil, more: String = ""
    ) -> Answer {
        let parent = comment.map { #", "parent_comment_ref": "\#($0)""# } ?? ""
        return self.post(
            "comments/reply",
            #"{"platform": "\#(platform)", "post_ref": "\#(post)", "replier_handle": "\#(handle)", "reply_text": "\#(text)"\#(parent)\#(more)}"#,
            token: token, mode: mode)
    }

    /// - Parameter thread: the rows, as JSON.
    func engage(
        _ thread: String, post: String = "p1", target: String? = nil, platform: String = "instagram",
        token: String = "ftc_test_a", mode: String? = nil, more: String = ""
    ) -> Answer {
        let wanted = target.map { #", "target_comment_ref": "\#($0)""# } ?? ""
        return self.post(
            "comments/engage",
            #"{"platform": "\#(platform)", "post_ref": "\#(post)", "thread": \#(thread)\#(wanted)\#(more)}"#,
            token: token, mode: mode)
    }
}
