import Dialogue
import Emulator
import Exact
import Fixtures
import HTTP
import JSON

/// What the character made of an image (B.8, E-29).
struct Vision {
    let isSeen: Bool
    let reason: String?
    let kind: String
    let text: String

    static let failed = "vision_failed"

    static func seen(_ kind: String, _ text: String) -> Vision {
        Vision(isSeen: true, reason: nil, kind: kind, text: text)
    }

    static func unseen(_ kind: String) -> Vision { Vision(isSeen: false, reason: failed, kind: kind, text: "") }
}

extension JSONWriter {
    mutating func member(_ key: StaticString, _ vision: Vision?) {
        self.key(key)
        guard let vision else { return null() }
        beginObject()
        member("seen", vision.isSeen)
        member("reason", vision.reason)
        member("kind", vision.kind)
        member("description", vision.text)
        endObject()
    }
}

/// What a persona's fixtures say of URLs: the `vision` of persona.json.
struct Sights: Equatable, Sendable {
    private struct Sight: Equatable, Sendable {
        /// What is between the stars of the pattern.
        let parts: [String]
        let isSeen: Bool
        let reason: String?
        let kind: String
        let text: String

        func holds(for url: String) -> Bool {
            guard parts.count > 1 else { return url === parts[0] }
            guard url.begins(with: parts[0]) else { return false }
            var rest = url.utf8.dropFirst(parts[0].utf8.count)
            for part in parts.dropFirst().dropLast() {
                guard let found = rest.firstRange(of: part.utf8) else { return false }
                rest = rest[found.upperBound...]
            }
            let last = parts[parts.count - 1].utf8
            return rest.count >= last.count && rest.suffix(last.count).elementsEqual(last)
        }
    }

    private enum Kind: String, CaseIterable { case image, video }

    private let sights: [Sight]

    init(_ list: [JSONValue], _ findings: Findings) {
        sights = list.compactMap { value in
            guard let reader = ObjectReader(value, "a member of \"vision\"", findings) else { return nil }
            defer { reader.finish() }
            let url = reader.requiredText("url")
            let isSeen = reader.bool("seen") ?? true
            let reason = reader.text("reason", nullable: true)
            let kind = reader.choice("kind", Kind.self) ?? .image
            let text = reader.text("description") ?? ""
            guard let url else { return nil }
            return Sight(
                parts: url.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
                    .map { String(Substring($0)) },
                isSeen: isSeen, reason: isSeen ? reason : reason ?? Vision.failed, kind: kind.rawValue, text: text)
        }
    }

    func vision(of url: String) -> Vision? {
        sights.first { $0.holds(for: url) }.map {
            Vision(isSeen: $0.isSeen, reason: $0.reason, kind: $0.kind, text: $0.text)
        }
    }
}

/// Looks at images without fetching anything (F-13).
struct Eye {
    let pictures: PictureRoutes
    /// The beginning of pictures' URLs; nil: the host of the request.
    let publicURL: String?

    /// So many images of a post reach the model (A.3-7).
    private static let most = 4
    private static let videoEndings = [".mp4", ".webm", ".mov"]
    /// Hosts whose images the real service does not see, and the one that exists nowhere (RFC 6761).
    private static let unseenHosts = ["wikimedia.org", "invalid"]

    func look(at url: String?, of persona: Persona, for call: Call) -> Vision? {
        guard let url else { return nil }
        if let told = persona.settings[Sights.self]?.vision(of: url) { return told }
        let kind = Eye.kind(of: url)
        guard let address = Address(url) else { return .unseen(kind) }
        let host = call.request.head.fields[.host] ?? ""
        let isOwn = [host, publicURL.flatMap { Address($0) }?.authority ?? host].contains {
            $0.lowercased() === address.authority
        }
        if isOwn { return own(address.path) ?? .unseen(kind) }
        let isUnseen = Eye.unseenHosts.contains { address.host === $0 || address.host.hasSuffix(".\($0)") }
        return isUnseen ? .unseen(kind) : .seen(kind, kind == "video" ? "a video" : "an image")
    }

    /// Of several images the first that is seen, else the first (E-29).
    func look(at urls: [String], of persona: Persona, for call: Call) -> Vision? {
        let visions = urls.prefix(Eye.most).compactMap { look(at: $0, of: persona, for: call) }
        return visions.first(where: \.isSeen) ?? visions.first
    }

    /// What is at a path of this server.
    private func own(_ path: String) -> Vision? {
        // The path may name a sandbox first: `/@cart/api/…`.
        let own = path.hasPrefix("/@") ? String(path.dropFirst(2).drop { $0 != "/" }) : path
        guard own.begins(with: Characters.path) else { return nil }
        let end = String(own.dropFirst(Characters.path.count))
        guard let picture = Sample.picture(at: end) ?? pictures.picture(at: end) else { return nil }
        let kind = picture.type.isVideo ? "video" : "image"
        guard picture.isOfItsType else { return .unseen(kind) }
        let article = picture.type.isVideo ? "a" : "an"
        return .seen(kind, "\(article) \(kind) (\(picture.type.mediaType), \(picture.bytes.count) bytes)")
    }

    private static func kind(of url: String) -> String {
        let path = url.prefix { $0 != "?" && $0 != "#" }.lowercased()
        return videoEndings.contains { path.hasSuffix($0) } ? "video" : "image"
    }
}

/// The parts of an absolute URL of http or https.
private struct Address {
    /// Host and port, in small letters, without a user before them.
    let authority: String
    /// Without the point that can end a name (RFC 3986 §3.2.2).
    let host: String
    /// Without the query.
    let path: String

    init?(_ url: String) {
        let lower = url.lowercased()
        guard let scheme = ["http://", "https://"].first(where: { lower.hasPrefix($0) }) else { return nil }
        let rest = url.dropFirst(scheme.count).prefix { $0 != "?" && $0 != "#" }
        let place = rest.prefix { $0 != "/" }
        authority = (place.lastIndex(of: "@").map { String(place[$0...].dropFirst()) } ?? String(place)).lowercased()
        let name = authority.prefix { $0 != ":" }
        host = String(name.hasSuffix(".") ? name.dropLast() : name)
        path = String(rest.drop { $0 != "/" })
        if authority.isEmpty { return nil }
    }
}
