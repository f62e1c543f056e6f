import Dialogue

extension Statement {
    func bind(_ number: Int) { bind(Int64(number)) }
    func bind(_ flag: Bool) { bind(flag ? 1 : 0) }
    func bind(_ moment: Timestamp) { bind(moment.nanoseconds) }
    func bind(_ moment: Timestamp?) { bind(moment?.nanoseconds) }
    func bind(_ sandbox: SandboxID) { bind(sandbox.number) }

    func bind<Subject>(_ id: Identifier<Subject>) {
        withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) { bind($0) }
    }

    /// Binds four values: sandbox, channel, persona, player.
    func bind(_ player: PlayerKey) {
        bind(player.sandbox)
        bind(player.channel)
        bind(player.persona)
        bind(player.player)
    }

    /// Binds five values: those of the player, and the machine.
    func bind(_ player: PlayerKey, _ machine: MachineID) {
        bind(player)
        bind(machine)
    }

    func flag(_ column: Int32) throws(SQLiteError) -> Bool { try int(column, in: 0...1) == 1 }

    func count(_ column: Int32) throws(SQLiteError) -> Int { try int(column, in: Bounds.storedCounts) }

    func score(_ column: Int32) throws(SQLiteError) -> Int { try int(column, in: Bounds.scores) }

    func moment(_ column: Int32) throws(SQLiteError) -> Timestamp {
        let nanoseconds = try number(column)
        guard Bounds.moments.contains(nanoseconds) else { throw unreadable(column) }
        return Timestamp(nanoseconds: nanoseconds)
    }

    func momentOrNil(_ column: Int32) throws(SQLiteError) -> Timestamp? { isNull(column) ? nil : try moment(column) }

    private func int(_ column: Int32, in range: ClosedRange<Int>) throws(SQLiteError) -> Int {
        let number = Int(try number(column))
        guard range.contains(number) else { throw unreadable(column) }
        return number
    }

    func id<Subject>(_ column: Int32) throws(SQLiteError) -> Identifier<Subject> {
        let bytes = try bytes(column)
        guard bytes.count == 16 else { throw unreadable(column) }
        return Identifier(bytes, at: 0)
    }

    /// Reads a blob of identifiers, 16 bytes each.
    func ids<Subject>(_ column: Int32) throws(SQLiteError) -> [Identifier<Subject>] {
        let bytes = try bytes(column)
        guard bytes.count.isMultiple(of: 16) else { throw unreadable(column) }
        return stride(from: 0, to: bytes.count, by: 16).map { Identifier(bytes, at: $0) }
    }

    func stateKey(_ column: Int32) throws(SQLiteError) -> StateKey {
        guard let key = StateKey(try text(column)) else { throw unreadable(column) }
        return key
    }

    /// The case whose raw value is the column's text.
    func word<Word: RawRepresentable<String>>(_ column: Int32) throws(SQLiteError) -> Word {
        guard let word = Word(rawValue: try text(column)) else { throw unreadable(column) }
        return word
    }

    func wordOrNil<Word: RawRepresentable<String>>(_ column: Int32) throws(SQLiteError) -> Word? {
        isNull(column) ? nil : try word(column)
    }
}

extension Identifier {
    fileprivate init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        self.init(
            high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)))
    }
}
