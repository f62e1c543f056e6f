/// A text in roff, as it grows.
struct Roff {
    private var lines: [String] = []

    var text: String { lines.joined(separator: "\n") }

    mutating func macro(_ name: String, _ arguments: String...) {
        lines.append(([".\(name)"] + arguments.map { "\"\(Roff.escaped($0))\"" }).joined(separator: " "))
    }

    mutating func title() {
        // A date has hyphens, which mandoc does not read where they are escaped.
        lines.append(".TH FOILMOCK 1 \(App.released) \"foilmock \(App.version)\" \"User Commands\"")
    }

    mutating func section(_ title: String) { macro("SH", title) }

    mutating func part(_ title: String) { macro("SS", title) }

    /// Text that is filled. A sentence begins a line, so that man leaves more room before it.
    mutating func line(_ text: String) {
        var line = ""
        for word in text.split(separator: " ").map({ Roff.escaped(String($0)) }) {
            if !line.isEmpty, line.utf8.count + 1 + word.utf8.count > 79 || line.hasSuffix(".") {
                lines.append(line)
                line = word
            } else {
                line += line.isEmpty ? word : " \(word)"
            }
        }
        lines.append(line)
    }

    mutating func paragraph(_ text: String) {
        if lines.last?.hasPrefix(".S") == false { lines.append(".PP") }
        line(text)
    }

    /// A name, and what it means.
    mutating func item(_ name: String, _ meaning: String) {
        lines.append(".TP")
        macro("B", name)
        line(meaning)
    }

    mutating func option(_ option: CommandOption) {
        let variable = option.variable.map { " Variable: \($0)." } ?? ""
        item(option.form, "\(option.help).\(variable)")
    }

    mutating func synopsis(_ forms: [String]) {
        for (index, form) in forms.enumerated() {
            if index > 0 { lines.append(".br") }
            macro("B", "foilmock \(form)")
        }
    }

    mutating func command(_ command: CommandDescription) {
        part(command.name)
        synopsis(command.usage)
        paragraph("\(command.summary).")
        for text in command.about where text != ServerSetting.manner { paragraph(text) }
        for operand in command.operands { item(operand.placeholder.text, "\(operand.help).") }
        if command.takesSettings {
            paragraph("Its options are in the section OPTIONS.")
        } else {
            command.allOptions.forEach { option($0) }
        }
        command.examples.forEach { example($0) }
        let codes = command.exitCodes.map { "\($0.code) \($0.meaning)" }.joined(separator: "; ")
        paragraph("Exit status: \(codes).")
    }

    mutating func example(_ example: CommandDescription.Example) {
        paragraph(example.help)
        lines += [".PP", ".RS 4", ".nf"]
        lines.append(Roff.escaped(example.line))
        lines += [".fi", ".RE"]
    }

    static func escaped(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\e"
            case "-": "\\-"
            case "'": "\\(aq"
            case "\"": "\\(dq"
            case "~": "\\(ti"
            case "^": "\\(ha"
            case "`": "\\(ga"
            default: scalar.isASCII ? String(scalar) : "\\[u\(hexadecimal(scalar))]"
            }
        }.joined()
        return escaped.hasPrefix(".") ? "\\&\(escaped)" : escaped
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
