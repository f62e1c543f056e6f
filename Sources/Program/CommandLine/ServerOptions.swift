import Emulator

extension ServerSetting {
    /// The options of `serve` and `exec`: all settings, by their subjects.
    static var optionGroups: [OptionGroup] {
        let config = CommandOption(
            flag: "--config", placeholder: "FILE", help: "Settings in a JSON file; see config/foilmock.json (none)",
            variable: Configuration.fileVariable)
        return [OptionGroup(options: [config])]
            + groups.map { title, settings in
                OptionGroup(
                    title: title,
                    options: settings.map {
                        CommandOption(
                            flag: $0.flag, placeholder: $0.isSwitch ? nil : Placeholder($0.placeholder), help: $0.help,
                            variable: $0.variable)
                    })
            }
    }

    /// How settings are made, for help.
    static let manner = """
        Each option is also a variable (--rate-limits: FOILMOCK_RATE_LIMITS) and a key of the configuration file \
        (rate_limits). A flag beats the environment, which beats the file, which beats the default in parentheses. \
        An empty variable is not set.
        """
}
