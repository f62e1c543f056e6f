import Dialogue
import Exact
import JSON

/// The names that the lines of a machine can use, and how its lists pick.
struct Surroundings {
    /// The persona's variables, and those that its machines set.
    var variables = VariableNames()
    /// The captures of the machine; nil: lines for all machines can name any.
    var captures: Captures?
    /// The paths of the photos that a line can show: `media/beach.jpg`; nil: unknown.
    var media: Set<ExactText>?
    /// The `pick` of a list without its own.
    var pick = Pick.inOrder
    /// The dialects whose keys a machine can have.
    var dialects: [any DialectKeys] = []
}

/// Decodes replies (FIXTURES.md "Replies").
struct ReplyDecoder {
    let findings: Findings
    let surroundings: Surroundings

    /// A line or a list of lines under `key`; nil when the key is absent or wrong. What a state says on being entered
    /// cannot insert itself, so `isEntered` forbids `{entering}`. `scene` is what is certain when the list is asked.
    func list(
        _ key: String, of reader: ObjectReader, id: String, isEntered: Bool = false, in scene: Scene = .any
    ) -> ReplyList? {
        let pick = pick(of: reader)
        return reader.value(key).flatMap { value in
            let list = list(value, key, id: id, pick: pick, in: scene)
            if isEntered, let list, list.replies.contains(where: \.namesEntering) {
                findings.report(
                    "{entering} stands for this very line; it belongs into a transition's", at: value.offset)
            }
            return list
        }
    }

    /// Decodes `says_on` of a state, a machine or a persona: a list for each decision.
    func saysOn(of reader: ObjectReader, id: String) -> SaysOn {
        let pick = pick(of: reader)
        guard let object = reader.object("says_on", "says_on") else { return [:] }
        defer { object.finish() }
        var saysOn: SaysOn = [:]
        for decision in Decision.allCases {
            saysOn[decision] = object.value(decision.rawValue).flatMap {
                list($0, decision.rawValue, id: "\(decision.rawValue) \(id)", pick: pick, in: .any)
            }
        }
        return saysOn
    }

    /// The `pick` of the object that contains the lists, else the inherited one.
    func pick(of reader: ObjectReader) -> Pick {
        reader.choice("pick", Pick.self) ?? surroundings.pick
    }

    private func list(_ value: JSONValue, _ key: String, id: String, pick: Pick, in scene: Scene) -> ReplyList? {
        let items: [JSONValue]
        if case .array(let list) = value.kind { items = list } else { items = [value] }
        guard !items.isEmpty else {
            findings.report("\"\(key)\" must hold at least one line", at: value.offset)
            return nil
        }
        let replies = items.compactMap { reply($0, in: scene) }
        if findings.isFile, replies.count == items.count { review(replies, items, in: scene) }
        return replies.isEmpty ? nil : ReplyList(id: id, replies, pick: pick)
    }

    /// Warns of lines that are never said, because of their own condition or another's.
    private func review(_ replies: [Reply], _ items: [JSONValue], in scene: Scene) {
        for (reply, item) in zip(replies, items) {
            switch reply.when?.holds(in: scene) {
            case false?: findings.warn("this line is never said: its \"when\" cannot hold here", at: item.offset)
            case true? where replies.contains { $0.when == nil }:
                findings.warn(
                    "this \"when\" always holds here, so the lines without one are never said; leave it out to say them too",
                    at: item.offset)
            default: break
            }
        }
    }

    /// The most `{entering}` in one line, in all its bubbles together.
    static let enteringLimit = 16

    private func reply(_ value: JSONValue, in scene: Scene) -> Reply? {
        if case .publicText = scene { return publicLine(value) }
        guard let reply = self.line(value) else { return nil }
        let count = reply.bubbles.reduce(0) { $0 + $1.placeholders.count { $0 == .entering } }
        if count > ReplyDecoder.enteringLimit {
            findings.report(
                "{entering} may stand in one line \(ReplyDecoder.enteringLimit) times, not \(count)", at: value.offset)
        }
        return reply
    }

    private func line(_ value: JSONValue) -> Reply? {
        if case .string(let text) = value.kind { return template(text, at: value.offset).map { Reply([$0]) } }
        guard case .object = value.kind, let reader = ObjectReader(value, "a line", findings) else {
            findings.report(
                "a line must be a text, {\"text\", \"when\"} or {\"bubbles\", \"photo\", \"when\"}, not \(value.typeName)",
                at: value.offset)
            return nil
        }
        defer { reader.finish() }
        let matcher = reader.value("when").flatMap {
            MatcherDecoder(findings: findings, variables: surroundings.variables).matcher($0)
        }
        let photo = photo(reader)
        guard reader.value("bubbles") != nil || reader.value("photo") != nil else {
            guard let text = reader.requiredText("text") else { return nil }
            return template(text, at: reader.position(of: "text")).map { Reply([$0], when: matcher) }
        }
        if reader.value("text") != nil {
            findings.report(
                "a line with \"\(reader.value("photo") == nil ? "bubbles" : "photo")\" has its text in \"bubbles\": [\"…\"]",
                at: reader.position(of: "text"))
        }
        let bubbles = (reader.array("bubbles") ?? []).compactMap { item -> Template? in
            guard case .string(let text) = item.kind else {
                findings.report("a bubble must be a text, not \(item.typeName)", at: item.offset)
                return nil
            }
            return template(text, at: item.offset)
        }
        if bubbles.isEmpty, reader.value("photo") == nil {
            findings.report("\"bubbles\" must hold at least one text", at: reader.position(of: "bubbles"))
        }
        return Reply(bubbles, photo: photo, when: matcher)
    }

    /// Reads the path of a file that exists below the persona's folder; a path that leads out of it is refused.
    private func photo(_ reader: ObjectReader) -> String? {
        guard let path = reader.text("photo") else { return nil }
        let parts = path.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1, parts[0] == "media", parts.allSatisfy({ !["", ".", ".."].contains($0) }),
            !path.utf8.contains(UInt8(ascii: "\\")), !path.unicodeScalars.contains(where: { $0.value < 0x20 })
        else {
            findings.report(
                "\"photo\" must be a path below the persona's media folder, such as \"media/beach.jpg\", not \"\(path)\"",
                at: reader.position(of: "photo"))
            return nil
        }
        if let media = surroundings.media, !media.contains(path) {
            findings.report(
                "there is no \(path) beside persona.json\(others(than: path, in: media.sorted().map(\.text)))",
                at: reader.position(of: "photo"))
        }
        return path
    }

    /// A suggestion for a path, else the existing paths.
    private func others(than path: String, in there: [String]) -> String {
        let suggestion = Suggestion.text(for: path, among: there)
        guard suggestion.isEmpty else { return suggestion }
        if there.isEmpty { return "; media/ holds no file" }
        let more = there.count > 5 ? " and \(there.count - 5) more" : ""
        return "; there is \(there.prefix(5).joined(separator: ", "))\(more)"
    }

    func template(_ text: String, at offset: Int, isPublic: Bool = false) -> Template? {
        guard !text.isEmpty else {
            findings.report("a line must not be empty", at: offset)
            return nil
        }
        do {
            let template = try Template(text)
            if isPublic {
                checkPublic(template, at: offset)
            } else {
                for placeholder in template.placeholders { check(placeholder, at: offset) }
            }
            warnOfDoubled(text, at: offset)
            return template
        } catch {
            let unknown = isPublic ? error.placeholder : nil
            findings.report(unknown.map(publicMistake) ?? message(of: error), at: offset)
            return nil
        }
    }

    /// Warns of a placeholder in the braces of other template languages, in which it is spoken as it is written.
    private func warnOfDoubled(_ text: String, at offset: Int) {
        guard findings.isFile, text.holds("{{") else { return }
        let plain = ["player_name", "persona_name"].first { text.holds("{{\($0)}}") }
        guard let name = plain ?? Template.prefixes.first(where: { text.holds("{{\($0).") }).map({ "\($0).NAME" })
        else {
            return
        }
        findings.warn("\"{{\" is spoken as a brace; with one brace, {\(name)} is filled in", at: offset)
    }

    /// The message of an error; an unknown placeholder comes with the one that may be meant, else with all.
    private func message(of error: Template.ParseError) -> String {
        guard let name = error.placeholder else { return error.message }
        let near = suggestion(for: name)
        return near.isEmpty ? error.message : "unknown placeholder {\(name)}\(near)"
    }

    private func suggestion(for placeholder: String) -> String {
        if surroundings.captures?.keeps(placeholder) ?? false { return "; did you mean \"capture.\(placeholder)\"?" }
        if surroundings.variables.contains(placeholder) { return "; did you mean \"variable.\(placeholder)\"?" }
        let parts = placeholder.unicodeScalars.split(separator: ".", maxSplits: 1).map(String.init)
        return Suggestion.text(
            for: placeholder,
            among: parts.count == 2 ? Template.prefixes.map { "\($0).\(parts[1])" } : Template.plainNames)
    }

    private func check(_ placeholder: Template.Placeholder, at offset: Int) {
        switch placeholder {
        case .variable(let name) where surroundings.variables.lacks(name):
            findings.report(
                "{variable.\(name)} names no variable of the persona, nor one that a machine leaves"
                    + surroundings.variables.suggestion(for: name), at: offset)
        case .capture(let name):
            guard let captures = surroundings.captures, let what = captures.problem(with: name) else { return }
            findings.report("{capture.\(name)} \(what)\(captures.remedy(for: name))", at: offset)
        default: break
        }
    }
}

extension Reply {
    var namesEntering: Bool { bubbles.contains { $0.placeholders.contains(.entering) } }
}
