import Embedded
import Fixtures

extension FixtureFile {
    /// A file that is part of the program.
    init(_ file: EmbeddedFile) {
        self.init(
            path: String(cString: file.path), bytes: Array(UnsafeBufferPointer(start: file.bytes, count: file.count)))
    }
}
