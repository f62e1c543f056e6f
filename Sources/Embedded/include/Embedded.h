#pragma once
#include <stddef.h>

/// One file that is part of the program: its path below fixtures/, and its bytes.
struct EmbeddedFile {
    const char *path;
    const unsigned char *bytes;
    size_t count;
};

/// The default fixtures, by number from 0.
size_t embedded_fixture_count(void);
struct EmbeddedFile embedded_fixture(size_t number);
