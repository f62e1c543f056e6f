public import Dialogue

extension MemoryStore {
    public func personas(of sandbox: SandboxID) -> [PersonaRecord] {
        personas().filter { $0.sandbox == sandbox }
    }

    public func personas() -> [PersonaRecord] {
        content.personas.values.flatMap(\.values).sorted {
            ($0.sandbox.number, $0.persona.high, $0.persona.low) < ($1.sandbox.number, $1.persona.high, $1.persona.low)
        }
    }

    public func save(_ record: PersonaRecord) {
        let old = content.personas[record.sandbox]?[record.persona]
        undo.append { $0.personas[record.sandbox]?[record.persona] = old }
        content.personas[record.sandbox, default: [:]][record.persona] = record
    }

    public func removePersona(_ persona: PersonaID, of sandbox: SandboxID) {
        guard let old = content.personas[sandbox]?.removeValue(forKey: persona) else { return }
        undo.append { $0.personas[sandbox]?[persona] = old }
    }

    public func removeAll(on persona: PersonaID) {
        for player in content.players.values.flatMap(\.keys) where player.persona == persona {
            _ = removeAll(of: player)
        }
    }
}
