import Emulator
import Fixtures
import JSON

extension Configuration {
    /// Applies the settings of a JSON file: an object whose keys are names of settings.
    /// - Parameter hidden: the names of settings that are passed over.
    mutating func read(_ path: String, except hidden: Set<String> = []) throws(AppError) {
        let bytes: [UInt8]
        do {
            bytes = try FixtureFolder.contents(path)
        } catch {
            throw .failure("the configuration \(error.file) \(error.message)")
        }
        let value: JSONValue
        do {
            value = try JSONReader.read(bytes)
        } catch {
            throw .usage("\(path):\(Configuration.place(error.offset, bytes)) \(error.message)")
        }
        guard case .object(let members) = value.kind else { throw .usage("\(path): the file must be a JSON object") }
        for member in members where member.key != "$schema" && member.key != "$comment" {
            let place = "\(path):\(Configuration.place(member.keyOffset, bytes))"
            guard let setting = ServerSetting.all.first(where: { $0.name == member.key }) else {
                let near = Suggestion.text(for: member.key, among: ServerSetting.all.map(\.name))
                throw .usage("\(place) there is no setting '\(member.key)'\(near)")
            }
            guard !hidden.contains(setting.name) else { continue }
            switch member.value.kind {
            case .null: break
            case .string(let text): try set(setting, text, from: "\(place) '\(member.key)'")
            case .integer, .double:
                guard let number = member.value.integer else {
                    throw .usage("\(place) '\(member.key)' must be \(setting.takes)")
                }
                try set(setting, String(number), from: "\(place) '\(member.key)'")
            case .bool(let isOn) where setting.isSwitch:
                try set(setting, String(isOn), from: "\(place) '\(member.key)'")
            default: throw .usage("\(place) '\(member.key)' must be \(setting.takes)")
            }
        }
    }

    private static func place(_ offset: Int, _ bytes: [UInt8]) -> String {
        let (line, column) = JSONPositions(bytes).of(offset)
        return "\(line):\(column):"
    }
}
