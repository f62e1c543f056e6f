"""Pictures small enough to stand in a test."""

# What tells them: the first bytes.
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00"
