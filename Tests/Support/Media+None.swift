public import Emulator

extension Media {
    /// No photos, and a folder for uploads that cannot be made.
    public static var none: Media { Media(uploads: .files(UploadFolder(temporaryIn: "/dev/null"))) { _, _ in nil } }
}
