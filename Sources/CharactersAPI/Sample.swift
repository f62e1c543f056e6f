import Embedded
import Emulator
import HTTP

/// The pictures that canned answers show (F-12), without a token.
enum Sample: Int, CaseIterable {
    case first = 1
    case second

    /// The end of its URL, behind the path of the API.
    var end: String { "samples/photo-\(rawValue).png" }

    var picture: (bytes: [UInt8], type: ImageType) {
        let file = self == .first ? embedded_characters_sample_1() : embedded_characters_sample_2()
        return (Array(UnsafeBufferPointer(start: file.bytes, count: file.count)), .png)
    }

    static func picture(at end: String) -> (bytes: [UInt8], type: ImageType)? {
        allCases.first { $0.end == end }?.picture
    }

    static func show(_ call: Call) throws(Failure) -> Response {
        try PictureRoutes.response(picture(at: "samples/\(call.parameters["sample"])"))
    }
}
