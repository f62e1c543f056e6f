/// A text whose parts can have a colour. Only this type writes escape sequences, and it shows those of its parts as text,
/// so a name from a file cannot colour the terminal.
struct Painted: Equatable, ExpressibleByStringInterpolation {
    enum Paint: String {
        case heading = "1"
        case error = "1;31"
        case warning = "1;33"
        case mark = "32"
        case place = "36"
        case dim = "2"
    }

    fileprivate struct Part: Equatable {
        let text: String
        let paint: Paint?
    }

    private var parts: [Part]

    init(_ text: String, _ paint: Paint? = nil) { parts = [Part(text: text, paint: paint)] }

    init(stringLiteral text: String) { self.init(text) }

    init(stringInterpolation: Interpolation) { parts = stringInterpolation.parts }

    struct Interpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []

        init(literalCapacity: Int, interpolationCount: Int) {}

        mutating func appendLiteral(_ text: String) {
            if !text.isEmpty { parts.append(Part(text: text, paint: nil)) }
        }

        mutating func appendInterpolation(_ text: String, _ paint: Paint? = nil) {
            parts.append(Part(text: text, paint: paint))
        }

        mutating func appendInterpolation(_ painted: Painted) { parts += painted.parts }
    }

    mutating func append(_ other: Painted) { parts += other.parts }

    static func + (left: Painted, right: Painted) -> Painted { "\(left)\(right)" }

    /// The text without colours, as it came.
    var plain: String { parts.map(\.text).joined() }

    /// The text as a terminal can show it.
    func shown(inColour: Bool) -> String {
        parts.map { part in
            guard inColour, let paint = part.paint, !part.text.isEmpty else { return part.text.shown }
            return "\u{1B}[\(paint.rawValue)m\(part.text.shown)\u{1B}[0m"
        }.joined()
    }
}

extension [Painted] {
    func joined(separator: String) -> Painted {
        var whole: Painted = ""
        for (index, text) in enumerated() { whole.append(index == 0 ? text : "\(separator)\(text)") }
        return whole
    }
}
