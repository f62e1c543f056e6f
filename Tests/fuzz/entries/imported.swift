import FuzzChecks

@c(LLVMFuzzerTestOneInput)
public func run(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzTarget.imported.run(bytes, count)
}
