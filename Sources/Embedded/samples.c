// The pictures of canned answers as bytes of the program.
#include "Embedded.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char first[] = {
#embed "../CharactersAPI/samples/photo-1.png"
};
static const unsigned char second[] = {
#embed "../CharactersAPI/samples/photo-2.png"
};

struct EmbeddedFile embedded_characters_sample_1(void) {
    return (struct EmbeddedFile){"samples/photo-1.png", first, sizeof first};
}

struct EmbeddedFile embedded_characters_sample_2(void) {
    return (struct EmbeddedFile){"samples/photo-2.png", second, sizeof second};
}
