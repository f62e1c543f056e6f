import Emulator
import HTTP
import JSON

/// Keeps a picture that a caller sends (A.4 upload).
struct UploadRoute {
    let gate: KeyGate
    let pictures: PictureRoutes

    func keep(_ call: Call) throws(Failure) -> Response {
        let key = try gate.boundKey(of: call, .other)
        let form = try gate.form(of: call)
        guard let file = form?.files.first(where: { $0.name == "file" }) else {
            var refusal = Refusal()
            refusal.missing("file")
            return refusal.response ?? Response(status: .unprocessable)
        }
        let content = UploadContent(call.request.body, file.content)
        guard !file.content.isEmpty else { throw Failure(.badRequest, "The file is empty") }
        guard let type = try gate.emulator.type(of: content), type.isWebPicture else {
            throw Failure(
                .badRequest, "The file is no image: JPEG, PNG, GIF and WebP are taken, told by their first bytes")
        }
        let path = try gate.emulator.keepUpload(content, as: type, for: key.account)
        var writer = JSONWriter(capacity: 192)
        writer.beginObject()
        writer.member("url", pictures.url(ofUpload: path, for: call))
        writer.endObject()
        return .json(writer.bytes)
    }
}
