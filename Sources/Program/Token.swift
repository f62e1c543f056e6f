import Fixtures

/// The token of the control API.
enum Token {
    static let takes = "8 to 200 visible ASCII characters"

    static func isValid(_ text: String) -> Bool {
        (8...200).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    /// The token that the settings give; nil when they give none.
    static func given(_ configuration: Configuration) throws(AppError) -> String? {
        guard let file = configuration.controlTokenFile else { return configuration.controlToken }
        guard configuration.controlToken == nil else {
            throw .usage("the control token is set twice: by itself and by --control-token-file; set one of them")
        }
        let bytes: [UInt8]
        do {
            bytes = try FixtureFolder.contents(file, limit: 4096)
        } catch {
            throw .failure("the file of the control token \(file): \(error.message)")
        }
        // One line end, also that of Windows.
        let line = bytes.suffix(2) == [13, 10] ? bytes.dropLast(2) : bytes.last == 10 ? bytes.dropLast() : bytes[...]
        let text = String(decoding: line, as: UTF8.self)
        guard isValid(text) else { throw .usage("the control token in \(file) must be \(takes), in one line") }
        return text
    }

    /// 128 bits as hex digits.
    static func made() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
