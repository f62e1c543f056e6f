public import Dialogue
import Exact
public import Fixtures

/// Which parts of a catalog's machines conversations have reached, and how often.
public struct Coverage: Sendable {
    /// The parts of one file: of a machine, or the lines of a persona.
    public struct File: Sendable {
        /// The file's path below the fixture folder.
        public let path: String
        public let persona: String
        /// Nil for the persona's own lines.
        public let machine: String?
        public let parts: [CoveragePart]
        var counts: [PartName: Int] = [:]

        public func count(_ part: CoveragePart) -> Int { counts[part.name] ?? 0 }
    }

    /// By persona, as the catalog lists them: the machines, then the lines of the persona if it has some.
    public private(set) var files: [File] = []
    private var machines: [MachineID: Int] = [:]
    private var personas: [PersonaID: Int] = [:]

    /// - Parameter files: those from which the catalog was loaded.
    public init(of catalog: Catalog, _ files: [FixtureFile]) {
        let byPath = Dictionary(files.map { (ExactText($0.path), $0) }, uniquingKeysWith: { first, _ in first })
        for persona in catalog.personas {
            for machine in persona.machines {
                guard let file = byPath["personas/\(persona.slug)/machines/\(machine.key).json"] else { continue }
                machines[machine.id] = self.files.count
                self.files.append(
                    File(
                        path: file.path, persona: persona.slug, machine: machine.key,
                        parts: MachineParts.of(machine: file)))
            }
            guard let file = byPath["personas/\(persona.slug)/persona.json"] else { continue }
            let parts = MachineParts.of(persona: file)
            guard !parts.isEmpty else { continue }
            personas[persona.id] = self.files.count
            self.files.append(File(path: file.path, persona: persona.slug, machine: nil, parts: parts))
        }
    }

    /// Counts what a step reached.
    public mutating func add(_ reach: Reach, on machine: Machine, of persona: Persona) {
        let places = [machines[machine.id], personas[persona.id]].compactMap(\.self)
        for name in reach.names {
            for place in places { files[place].counts[name, default: 0] += 1 }
        }
    }
}

/// How many parts there are, and how many were reached.
public struct CoverageCount: Equatable, Sendable {
    public private(set) var reached = 0
    public private(set) var all = 0

    mutating func add(_ isReached: Bool) {
        all += 1
        if isReached { reached += 1 }
    }

    /// From 0 to 100, rounded down to a tenth; 100 where there is nothing to reach.
    public var percent: Double { all == 0 ? 100 : Double(reached * 1000 / all) / 10 }
}

extension Coverage.File {
    public func count(of kind: CoveragePart.Kind) -> CoverageCount {
        var count = CoverageCount()
        for part in parts where part.kind == kind { count.add(self.count(part) > 0) }
        return count
    }

    /// The parts that were never reached, in the order of their lines.
    public var unreached: [CoveragePart] {
        parts.enumerated().filter { count($0.element) == 0 }
            .sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }.map(\.element)
    }
}

extension Coverage {
    /// All parts of a kind; nil: of every kind.
    public func count(of kind: CoveragePart.Kind? = nil) -> CoverageCount {
        var count = CoverageCount()
        for file in files {
            for part in file.parts where kind == nil || part.kind == kind { count.add(file.count(part) > 0) }
        }
        return count
    }
}
