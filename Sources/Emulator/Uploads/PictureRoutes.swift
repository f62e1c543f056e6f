public import Dialogue
import Fixtures
public import HTTP

/// Serves the pictures of an API below its own path: those that callers have sent, and the photos of personas. Their
/// URLs are enough, without a key.
public struct PictureRoutes {
    private let emulator: Emulator
    private let path: String
    /// Nil: URLs begin with the host of the request.
    private let publicURL: String?

    private static let mediaFolder = "media/"

    /// - Parameters:
    ///   - path: the API's path, with a slash at its end.
    ///   - publicURL: the beginning of URLs; nil: the host of the request.
    public init(_ emulator: Emulator, below path: String, publicURL: String?) {
        (self.emulator, self.path, self.publicURL) = (emulator, path, publicURL)
    }

    public var routes: [Route] {
        [
            Route(.get, "\(path)uploads/{sandbox}/{file}", uploaded),
            Route(.get, "\(path)media/{persona_id}/{photo}", photo),
        ]
    }

    /// The beginning of the API's URLs, as the caller sees them.
    public func base(_ call: Call) -> String {
        "\(publicURL ?? "http://\(call.request.head.fields[.host] ?? "127.0.0.1")")\(path)"
    }

    /// The URL of a picture that `keepUpload` has kept.
    public func url(ofUpload upload: String, for call: Call) -> String { "\(base(call))uploads/\(upload)" }

    /// The URL of a persona's photo.
    public func url(ofPhoto photo: String, of persona: Persona, for call: Call) -> String {
        let folder = PictureRoutes.mediaFolder
        let name = photo.hasPrefix(folder) ? photo.dropFirst(folder.count) : photo[...]
        return "\(base(call))media/\(persona.id)/\(PercentEncoding.encode(String(name)))"
    }

    /// A picture that callers have sent, or a persona's photo, by the end of its URL; nil when there is none.
    public func picture(at end: String) -> MediaFile? {
        let parts = end.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3 else { return nil }
        switch parts[0] {
        case "uploads": return emulator.upload("\(parts[1])/\(parts[2])")
        case "media": return photo(PercentEncoding.decode(parts[2]) ?? parts[2], ofPersona: parts[1])
        default: return nil
        }
    }

    private func uploaded(_ call: Call) throws(Failure) -> Response {
        try PictureRoutes.response(emulator.upload("\(call.parameters["sandbox"])/\(call.parameters["file"])"))
    }

    private func photo(_ call: Call) throws(Failure) -> Response {
        try PictureRoutes.response(photo(call.parameters["photo"], ofPersona: call.parameters["persona_id"]))
    }

    private func photo(_ name: String, ofPersona id: String) -> MediaFile? {
        guard let id = PersonaID(id), let persona = emulator.catalog.persona(id) else { return nil }
        return emulator.photo(PictureRoutes.mediaFolder + name, of: persona)
    }

    public static func response(_ picture: MediaFile?) throws(Failure) -> Response {
        guard let picture else { throw Failure(.notFound, "Not Found") }
        return picture.response
    }
}
