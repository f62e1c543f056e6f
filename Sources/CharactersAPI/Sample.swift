import Embedded
import Emulator
import HTTP

/// The pictures that canned answers show (F-12), without a token.
enum Sample: Int, CaseIterable {
    case first = 1
    case second

    /// The end of its URL, behind the path of the API.
    var end: String { "samples/photo-\(rawValue).png" }

    var picture: MediaFile {
        let file = self == .first ? embedded_characters_sample_1() : embedded_characters_sample_2()
        return MediaFile(bytes: Array(UnsafeBufferPointer(start: file.bytes, count: file.count)), type: .png)
    }

    static func picture(at end: String) -> MediaFile? {
        allCases.first { $0.end == end }?.picture
    }

    static func show(_ call: Call) throws(Failure) -> Response {
        try PictureRoutes.response(picture(at: "samples/\(call.parameters["sample"])"))
    }
}
