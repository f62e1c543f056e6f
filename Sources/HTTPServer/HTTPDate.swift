import Glibc
import HTTP

/// The time in the form of a Date field, formatted at most once a second.
struct HTTPDate {
    private var second = -1
    private var text = ""

    mutating func now() -> String {
        let second = time(nil)
        if second != self.second {
            self.second = second
            text = DateText.of(unixTime: second)
        }
        return text
    }
}
