/// The script for bash 4 and later, with or without the package bash-completion.
enum BashCompletion {
    static var script: String {
        """
        # Completion of foilmock in bash. Made by: foilmock completion bash

        _foilmock() {
            local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=serve operand=0 first=1 i
            local words= kind= valued=' \(Completion.valuedFlags.joined(separator: " ")) '
            COMPREPLY=()
            if [[ ${COMP_WORDS[1]} != -* && $COMP_CWORD -gt 1 ]]; then
                command=${COMP_WORDS[1]} first=2
            elif [[ $COMP_CWORD -eq 1 && $word != -* ]]; then
                _foilmock_reply '\(names)'
                return
            fi
            for ((i = first; i < COMP_CWORD; i++)); do
                if [[ ${COMP_WORDS[i]} == -- && $command == exec ]]; then
                    _foilmock_other $((i + 1))
                    return
                elif [[ ${COMP_WORDS[i]} == -* ]]; then
                    # bash makes three words of --name=value.
                    if [[ ${COMP_WORDS[i + 1]} == = ]]; then
                        ((i += 2))
                    elif [[ $valued == *" ${COMP_WORDS[i]} "* ]]; then
                        ((i += 1))
                    fi
                else
                    ((operand += 1))
                fi
            done
            if [[ $word == = ]]; then
                word=
            elif [[ $before == = ]]; then
                before=${COMP_WORDS[COMP_CWORD - 2]}
            fi
            if [[ $valued == *" $before "* ]]; then
                case "$command $before" in
        \(values.joined(separator: "\n"))
                esac
            elif [[ $word == -* ]]; then
                case $command in
        \(options.joined(separator: "\n"))
                esac
            else
                case "$command $operand" in
        \(operands.joined(separator: "\n"))
                esac
            fi
            case $kind in
                file) _foilmock_paths -f "$word" ;;
                folder) _foilmock_paths -d "$word" ;;
                *) _foilmock_reply "$words" ;;
            esac
        }

        # The words that begin like the one that is typed.
        _foilmock_reply() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$word"); }

        _foilmock_paths() {
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen "$1" -- "$2")
        }

        # Completes the command that begins at this word: its own script does it where bash-completion is there.
        _foilmock_other() {
            if declare -F _command_offset >/dev/null; then
                _command_offset "$1"
            elif ((COMP_CWORD == $1)); then
                mapfile -t COMPREPLY < <(compgen -c -- "$word")
            else
                _foilmock_paths -f "$word"
            fi
        }

        complete -F _foilmock foilmock
        """
    }

    private static var names: String { CommandTable.descriptions.map(\.name).joined(separator: " ") }

    private static var options: [String] {
        let everywhere = Completion.everywhere.map(\.0)
        return CommandTable.descriptions.map { command in
            let mark = command.takesCommand ? ["--"] : []
            let flags = command.allOptions.map(\.flag) + everywhere + mark
            return branch(command.name, "words='\(flags.joined(separator: " "))'")
        }
    }

    private static var values: [String] {
        CommandTable.descriptions.flatMap { command in
            command.allOptions.compactMap { option in
                option.placeholder.flatMap(assignment).map { branch("\"\(command.name) \(option.flag)\"", $0) }
            }
        }
    }

    private static var operands: [String] {
        CommandTable.descriptions.flatMap { command in
            command.operands.enumerated().compactMap { place, operand in
                assignment(operand.placeholder).map {
                    branch("\"\(command.name) \(operand.repeats ? "\"*" : "\(place)\"")", $0)
                }
            }
        }
    }

    private static func branch(_ pattern: String, _ body: String) -> String { "            \(pattern)) \(body) ;;" }

    /// What a branch sets for values of that kind; nil: nothing can be completed.
    private static func assignment(_ placeholder: Placeholder) -> String? {
        switch placeholder.completion {
        case .words(let words): "words='\(words.joined(separator: " "))'"
        case .command: "words='\(names)'"
        case .file: "kind=file"
        case .folder: "kind=folder"
        case .nothing: nil
        }
    }
}
