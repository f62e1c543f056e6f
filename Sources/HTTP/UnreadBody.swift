/// Why a body cannot be read as it is: a remedy for its sender, found from its head or its first bytes.
public enum UnreadBody {
    private static let compressions: [(name: String, start: [UInt8])] = [
        ("gzip", [0x1F, 0x8B]), ("zstd", [0x28, 0xB5, 0x2F, 0xFD]), ("deflate", [0x78, 0x01]),
        ("deflate", [0x78, 0x5E]),
        ("deflate", [0x78, 0x9C]), ("deflate", [0x78, 0xDA]),
    ]

    /// The remedy for a body with a Content-Encoding (RFC 9110 §8.4), none of which is read here; nil without one.
    public static func remedy(for head: RequestHead) -> String? {
        guard let encoding = head.fields[.contentEncoding]?.lowercased(), encoding != "identity", encoding != "" else {
            return nil
        }
        return compressed(String(encoding.unicodeScalars.prefix(40)))
    }

    /// The remedy for a body that should be JSON; nil when it looks like no other form that clients send.
    public static func remedy(forJSON body: [UInt8]) -> String? {
        if let found = compressions.first(where: { body.starts(with: $0.start) }) { return compressed(found.name) }
        if ["%7B", "%7b", "%5B", "%5b"].contains(where: { body.starts(with: $0.utf8) }) {
            return
                "the body is percent-encoded, as a field of a form is: send the JSON itself (curl: --data-binary, not "
                + "--data-urlencode)"
        }
        if body.starts(with: "--".utf8), body.firstRange(of: "\r\nContent-Disposition:".utf8) != nil {
            return "the body is a form (multipart): send JSON, with Content-Type: application/json"
        }
        let name = body.prefix { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || isLetterOrDigit($0) }
        guard !name.isEmpty, body.dropFirst(name.count).first == UInt8(ascii: "=") else { return nil }
        return "the body is a form: send JSON, with Content-Type: application/json"
    }

    private static func compressed(_ encoding: String) -> String {
        "the body is compressed (\(encoding)), which is not read here: send it as it is, without Content-Encoding"
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
    }
}
