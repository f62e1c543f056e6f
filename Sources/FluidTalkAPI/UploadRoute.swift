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
        let path = try gate.emulator.keepUpload(call.request.body, file.content, for: key.account)
        var writer = JSONWriter(capacity: 192)
        writer.beginObject()
        writer.member("url", pictures.url(ofUpload: path, for: call))
        writer.endObject()
        return .json(writer.bytes)
    }
}
