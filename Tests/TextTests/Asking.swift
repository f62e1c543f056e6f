import Exact
import Text

/// Phrases and patterns tried alone, with an effort of their own.
extension Phrase {
    func occurs(in line: Line) -> Bool {
        var effort = Effort()
        return occurs(in: line, &effort)
    }
}

extension Pattern {
    func captures(in text: String) -> Texts? {
        var effort = Effort()
        return captures(in: text, &effort)
    }
}
