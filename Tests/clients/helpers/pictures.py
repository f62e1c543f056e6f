"""Pictures small enough for a test's source."""

# The first bytes, by which the server knows their types.
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00"
