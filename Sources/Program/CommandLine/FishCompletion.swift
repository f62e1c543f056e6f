import Exact
import Fixtures

/// The script for fish 3.
enum FishCompletion {
    static var script: String {
        """
        # Completion of foilmock in fish. Made by: foilmock completion fish

        # Whether this command is meant, and what it calls does not begin before the cursor.
        function __foilmock_uses
            set -l words (commandline -opc)
            set -l command serve
            if set -q words[2]; and not string match -q -- '-*' $words[2]
                set command $words[2]
            end
            test $command = $argv[1]; and not __foilmock_calls
        end

        # Whether the command's name is typed: it is the first word.
        function __foilmock_begins
            test (count (commandline -opc)) -eq 1
        end

        # Whether another command begins before the cursor.
        function __foilmock_calls
            set -l words (commandline -opc)
            set -q words[2]; and test $words[2] = exec; and contains -- -- $words
        end

        # Completes the other command, as if it were typed alone.
        function __foilmock_other
            set -l words (commandline -opc)
            set -e words[1..(contains -i -- -- $words)]
            complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
        end

        # Whether a command of that name, with that many operands, is before the cursor.
        function __foilmock_operand
            set -l words (commandline -opc)
            set -l count 0
            set -l i 3
            while test $i -le (count $words)
                if contains -- $words[$i] \(Completion.valuedFlags.joined(separator: " "))
                    set i (math $i + 1)
                else if not string match -q -- '-*' $words[$i]
                    set count (math $count + 1)
                end
                set i (math $i + 1)
            end
            set -q words[2]; and __foilmock_uses $argv[1]; and test $count -eq $argv[2]
        end

        complete -c foilmock -f
        complete -c foilmock -n __foilmock_calls -a '(__foilmock_other)'
        \(lines.joined(separator: "\n"))
        """
    }

    private static var lines: [String] {
        let everywhere = Completion.everywhere.map {
            "complete -c foilmock -n 'not __foilmock_calls' \($0.0 == "--help" ? "-s h " : "")"
                + "-l \($0.0.dropFirst(2)) -d \(quoted($0.1))"
        }
        let descriptions = CommandTable.descriptions
        let commands = descriptions.map {
            "complete -c foilmock -n __foilmock_begins -a \($0.name) -d \(quoted($0.summary))"
        }
        return everywhere + commands + descriptions.flatMap(options) + descriptions.flatMap(operands)
    }

    private static func options(of command: CommandDescription) -> [String] {
        command.allOptions.map { option in
            let value = option.placeholder.map { " \(parameter($0))" } ?? ""
            return "complete -c foilmock -n '__foilmock_uses \(command.name)' \(name(option.flag))\(value) "
                + "-d \(quoted(option.help))"
        }
    }

    private static func name(_ flag: String) -> String {
        flag.begins(with: "--") ? "-l \(flag.dropFirst(2))" : "-s \(flag.dropFirst())"
    }

    private static func operands(of command: CommandDescription) -> [String] {
        command.operands.enumerated().compactMap { place, operand in
            guard operand.placeholder.completion != .nothing else { return nil }
            let condition = "__foilmock_operand \(command.name) \(place)"
            return "complete -c foilmock -n '\(condition)' \(parameter(operand.placeholder))"
        }
    }

    private static func parameter(_ placeholder: Placeholder) -> String {
        switch placeholder.completion {
        case .words(let words): "-x -a \(quoted(words.joined(separator: " ")))"
        case .command: "-x -a \(quoted(CommandTable.descriptions.map(\.name).joined(separator: " ")))"
        case .file: "-r -F"
        case .folder: "-x -a '(__fish_complete_directories)'"
        case .nothing: "-x"
        }
    }

    private static func quoted(_ text: String) -> String {
        "'\(text.with("\\\\", inPlaceOf: "\\").with("\\'", inPlaceOf: "'"))'"
    }
}
