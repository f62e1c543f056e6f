// The default fixtures as bytes of the program, so that the binary is whole. A test holds this list against the folder.
#include "Embedded.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char bakery_interview[] = {
#embed "../../fixtures/personas/bakery/machines/interview.json"
};
static const unsigned char bakery_persona[] = {
#embed "../../fixtures/personas/bakery/persona.json"
};
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
static const unsigned char hollow_market_market_stall[] = {
#embed "../../fixtures/personas/hollow-market/machines/market_stall.json"
};
static const unsigned char hollow_market_persona[] = {
#embed "../../fixtures/personas/hollow-market/persona.json"
};
static const unsigned char maya_dm[] = {
#embed "../../fixtures/personas/maya/machines/dm.json"
};
static const unsigned char maya_beach[] = {
#embed "../../fixtures/personas/maya/media/beach.jpg"
};
static const unsigned char maya_persona[] = {
#embed "../../fixtures/personas/maya/persona.json"
};
static const unsigned char warden_gate[] = {
#embed "../../fixtures/personas/warden/machines/gate.json"
};
static const unsigned char warden_road[] = {
#embed "../../fixtures/personas/warden/machines/road.json"
};
static const unsigned char warden_vault[] = {
#embed "../../fixtures/personas/warden/machines/vault.json"
};
static const unsigned char warden_persona[] = {
#embed "../../fixtures/personas/warden/persona.json"
};
static const unsigned char bakery_stories[] = {
#embed "../../fixtures/stories/bakery.story.json"
};
static const unsigned char grumpy_barista_stories[] = {
#embed "../../fixtures/stories/grumpy-barista.story.json"
};
static const unsigned char hollow_market_stories[] = {
#embed "../../fixtures/stories/hollow-market.story.json"
};
static const unsigned char maya_stories[] = {
#embed "../../fixtures/stories/maya.story.json"
};
static const unsigned char warden_stories[] = {
#embed "../../fixtures/stories/warden.story.json"
};

#define FILE(path, bytes) {path, bytes, sizeof bytes}

static const struct EmbeddedFile files[] = {
    FILE("personas/bakery/machines/interview.json", bakery_interview),
    FILE("personas/bakery/persona.json", bakery_persona),
    FILE("personas/grumpy-barista/machines/back_room.json", grumpy_barista_back_room),
    FILE("personas/grumpy-barista/machines/night_shift.json", grumpy_barista_night_shift),
    FILE("personas/grumpy-barista/machines/opening_scene.json", grumpy_barista_opening_scene),
    FILE("personas/grumpy-barista/machines/side_quest.json", grumpy_barista_side_quest),
    FILE("personas/grumpy-barista/persona.json", grumpy_barista_persona),
    FILE("personas/hollow-market/machines/market_stall.json", hollow_market_market_stall),
    FILE("personas/hollow-market/persona.json", hollow_market_persona),
    FILE("personas/maya/machines/dm.json", maya_dm),
    FILE("personas/maya/media/beach.jpg", maya_beach),
    FILE("personas/maya/persona.json", maya_persona),
    FILE("personas/warden/machines/gate.json", warden_gate),
    FILE("personas/warden/machines/road.json", warden_road),
    FILE("personas/warden/machines/vault.json", warden_vault),
    FILE("personas/warden/persona.json", warden_persona),
    FILE("stories/bakery.story.json", bakery_stories),
    FILE("stories/grumpy-barista.story.json", grumpy_barista_stories),
    FILE("stories/hollow-market.story.json", hollow_market_stories),
    FILE("stories/maya.story.json", maya_stories),
    FILE("stories/warden.story.json", warden_stories),
};

size_t embedded_fixture_count(void) { return sizeof files / sizeof files[0]; }

struct EmbeddedFile embedded_fixture(size_t number) { return files[number]; }
