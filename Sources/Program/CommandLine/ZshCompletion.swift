import Fixtures
import Exact

/// The script for zsh. It works in a folder of `fpath`, and where it is read by `source`.
enum ZshCompletion {
    static var script: String {
        """
        #compdef foilmock
        # Completion of foilmock in zsh. Made by: foilmock completion zsh

        _foilmock_commands() {
            local -a commands=(
        \(commands.joined(separator: "\n"))
            )
            _describe -t commands command commands
        }

        _foilmock() {
            local command=serve
            if [[ $words[2] != -* ]]; then
                if (( CURRENT == 2 )); then
                    _foilmock_commands
                    return
                fi
                command=$words[2]
                shift words
                (( CURRENT -= 1 ))
            fi
            local -i mark=${words[(i)--]}
            if [[ $command == exec ]] && (( mark < CURRENT )); then
                shift mark words
                (( CURRENT -= mark ))
                _normal
                return
            fi
            case $command in
        \(branches.joined(separator: "\n"))
            esac
        }

        if [[ $funcstack[1] == _foilmock ]]; then
            _foilmock "$@"
        else
            compdef _foilmock foilmock
        fi
        """
    }

    private static var commands: [String] {
        CommandTable.descriptions.map { "        \(quoted("\($0.name):\($0.summary)"))" }
    }

    private static var branches: [String] {
        CommandTable.descriptions.map { command in
            let options = command.allOptions.map { option -> String in
                let help = "[\(escaped(option.help))]"
                guard let placeholder = option.placeholder else { return "\(option.flag)\(help)" }
                let joint = option.flag.begins(with: "--") ? "=" : ""
                return "\(option.flag)\(joint)\(help):\(escaped(placeholder.text)):\(action(placeholder))"
            }
            let everywhere =
                ["(-h --help)\"{-h,--help}\"[Show help]"]
                + Completion.everywhere.filter { $0.0 != "--help" }.map { "\($0.0)[\($0.1)]" }
            let operands = command.operands.enumerated().map { place, operand in
                "\(operand.repeats ? "*" : String(place + 1)):\(operand.isRequired ? "" : ":")\(escaped(operand.placeholder.text)):\(action(operand.placeholder))"
            }
            let specifications = (options + operands).map(quoted) + everywhere.map { "\"\($0)\"" }
            let list = specifications.map { "                \($0)" }.joined(separator: " \\\n")
            return "        \(command.name))\n            _arguments \\\n\(list)\n            ;;"
        }
    }

    private static func action(_ placeholder: Placeholder) -> String {
        switch placeholder.completion {
        case .words(let words): "(\(words.joined(separator: " ")))"
        case .command: "_foilmock_commands"
        case .file: "_files"
        case .folder: "_files -/"
        case .nothing: " "
        }
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { "[]:\\".unicodeScalars.contains($0) ? "\\\($0)" : "\($0)" }.joined()
    }

    private static func quoted(_ text: String) -> String { "'\(text.with("'\\''", inPlaceOf: "'"))'" }
}
