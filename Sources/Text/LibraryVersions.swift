import CPCRE2
import CUtf8proc

/// The versions of the libraries in use.
public enum TextLibraries {
    public static var utf8proc: String { String(cString: utf8proc_version()) }

    /// Without the date of its release.
    public static var pcre2: String {
        var buffer = [UInt8](repeating: 0, count: 64)
        buffer.withUnsafeMutableBytes { _ = pcre2_config_8(UInt32(PCRE2_CONFIG_VERSION), $0.baseAddress) }
        let text = String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        return text.split(separator: " ").first.map(String.init) ?? ""
    }
}
