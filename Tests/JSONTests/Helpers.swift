import JSON

/// What `read` throws, nil when it reads.
func error(_ bytes: [UInt8], depthLimit: Int = 64) -> JSONError? {
    do throws(JSONError) {
        _ = try JSONReader.read(bytes, depthLimit: depthLimit)
        return nil
    } catch {
        return error
    }
}
