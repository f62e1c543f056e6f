import Exact

extension MemoryStore {
    public func counter(_ name: String, of sandbox: SandboxID) -> Int {
        content.counters[sandbox]?[name] ?? 0
    }

    public func setCounter(_ name: String, of sandbox: SandboxID, to value: Int) {
        let old = content.counters[sandbox]?[name]
        undo.append { $0.counters[sandbox, default: [:]][name] = old }
        content.counters[sandbox, default: [:]][name] = value
    }

    public func counters(of sandbox: SandboxID) -> [(name: String, value: Int)] {
        content.counters[sandbox, default: [:]].sorted { $0.key < $1.key }.map {
            (name: $0.key.text, value: $0.value)
        }
    }

    public func keepUpload(_ path: String, of sandbox: SandboxID) {
        guard content.uploads[sandbox, default: []].insert(path) else { return }
        undo.append { $0.uploads[sandbox]?.remove(ExactText(path)) }
    }

    public func uploads() -> [String] { content.uploads.values.flatMap(\.self).sorted().map(\.text) }

    public func uploads(of sandbox: SandboxID) -> [String] {
        content.uploads[sandbox, default: []].sorted().map(\.text)
    }
}
