import Fixtures
import JSON
import Program

extension FuzzTarget {
    /// A document, and behind the first form feed a history. Both are refused with mistakes at places in them, or they
    /// become files of one persona, with names that are safe whatever the document says.
    static func imported(_ input: [UInt8]) -> String? {
        let parts = input.split(separator: separator, maxSplits: 1, omittingEmptySubsequences: false)
        let histories = parts.dropFirst().map { FixtureFile(path: "history.json", bytes: Array($0)) }
        let imported: ImportedPersona
        do throws(ImportedPersona.Refusal) {
            imported = try ImportedPersona(
                FixtureFile(path: "full.json", bytes: Array(parts[0])), histories: histories)
        } catch {
            let unsound = error.diagnostics.first { $0.message.isEmpty || $0.line < 1 }
            return error.diagnostics.isEmpty
                ? "refused without a reason" : unsound.map { "an unsound diagnostic: \($0)" }
        }
        let folder = "personas/\(imported.slug)"
        for file in imported.files {
            let name = file.path.split(separator: "/").last ?? ""
            let isMachine = file.path == "\(folder)/machines/\(name)" && name.hasSuffix(".json")
            guard isMachine || file.path == "\(folder)/persona.json" else { return "a wrong path: \(file.path)" }
            for part in file.path.split(separator: "/") where part.first == "." || part.utf8.count > 110 {
                return "an unsafe name: \(part)"
            }
            guard file.path.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0 != "\\" }) else {
                return "an unsafe path: \(file.path)"
            }
            if (try? JSONReader.read(file.bytes)) == nil { return "\(file.path) is not JSON" }
        }
        guard Set(imported.files.map { $0.path.lowercased() }).count == imported.files.count else {
            return "two files with one name"
        }
        // Loaded or refused: neither may fail in another way.
        _ = try? Catalog.load(imported.files, dialects: FuzzFolder.dialects, identify: FuzzFolder.identify)
        return nil
    }
}
