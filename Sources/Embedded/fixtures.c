// The default fixtures as bytes of the program, so that the binary is whole. A test holds this list against the folder.
#include "Embedded.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char grumpy_barista_back_room[] = {
#embed "../../fixtures/personas/grumpy-barista/machines/back_room.json"
};
static const unsigned char grumpy_barista_night_shift[] = {
#embed "../../fixtures/personas/grumpy-barista/machines/night_shift.json"
};
static const unsigned char grumpy_barista_opening_scene[] = {
#embed "../../fixtures/personas/grumpy-barista/machines/opening_scene.json"
};
static const unsigned char grumpy_barista_side_quest[] = {
#embed "../../fixtures/personas/grumpy-barista/machines/side_quest.json"
};
static const unsigned char grumpy_barista_persona[] = {
#embed "../../fixtures/personas/grumpy-barista/persona.json"
};

#define FILE(path, bytes) {path, bytes, sizeof bytes}

static const struct EmbeddedFile files[] = {
    FILE("personas/grumpy-barista/machines/back_room.json", grumpy_barista_back_room),
    FILE("personas/grumpy-barista/machines/night_shift.json", grumpy_barista_night_shift),
    FILE("personas/grumpy-barista/machines/opening_scene.json", grumpy_barista_opening_scene),
    FILE("personas/grumpy-barista/machines/side_quest.json", grumpy_barista_side_quest),
    FILE("personas/grumpy-barista/persona.json", grumpy_barista_persona),
};

size_t embedded_fixture_count(void) { return sizeof files / sizeof files[0]; }

struct EmbeddedFile embedded_fixture(size_t number) { return files[number]; }
