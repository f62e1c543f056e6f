// The dialects' parts of the OpenAPI document as bytes of the program.
#include "Embedded.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char foilengine[] = {
#embed "../FoilEngineAPI/openapi.json"
};
static const unsigned char fluidtalk[] = {
#embed "../FluidTalkAPI/openapi.json"
};
static const unsigned char characters[] = {
#embed "../CharactersAPI/openapi.json"
};
static const unsigned char control_server[] = {
#embed "../ControlAPI/openapi/server.json"
};
static const unsigned char control_sandboxes[] = {
#embed "../ControlAPI/openapi/sandboxes.json"
};
static const unsigned char control_faults[] = {
#embed "../ControlAPI/openapi/faults.json"
};
static const unsigned char control_scripts[] = {
#embed "../ControlAPI/openapi/scripts.json"
};
static const unsigned char control_sessions[] = {
#embed "../ControlAPI/openapi/sessions.json"
};
static const unsigned char control_personas[] = {
#embed "../ControlAPI/openapi/personas.json"
};
static const unsigned char control_snapshot[] = {
#embed "../ControlAPI/openapi/snapshot.json"
};
static const unsigned char control_journal[] = {
#embed "../ControlAPI/openapi/journal.json"
};
static const unsigned char control_rates[] = {
#embed "../ControlAPI/openapi/rates.json"
};
static const unsigned char control_coverage[] = {
#embed "../ControlAPI/openapi/coverage.json"
};
static const unsigned char control_fixtures[] = {
#embed "../ControlAPI/openapi/fixtures.json"
};

struct EmbeddedFile embedded_foilengine_openapi(void) {
    return (struct EmbeddedFile){"openapi.json", foilengine, sizeof foilengine};
}

struct EmbeddedFile embedded_fluidtalk_openapi(void) {
    return (struct EmbeddedFile){"openapi.json", fluidtalk, sizeof fluidtalk};
}

struct EmbeddedFile embedded_characters_openapi(void) {
    return (struct EmbeddedFile){"openapi.json", characters, sizeof characters};
}

static const struct EmbeddedFile control[] = {
    {"openapi/server.json", control_server, sizeof control_server},
    {"openapi/sandboxes.json", control_sandboxes, sizeof control_sandboxes},
    {"openapi/faults.json", control_faults, sizeof control_faults},
    {"openapi/scripts.json", control_scripts, sizeof control_scripts},
    {"openapi/sessions.json", control_sessions, sizeof control_sessions},
    {"openapi/personas.json", control_personas, sizeof control_personas},
    {"openapi/snapshot.json", control_snapshot, sizeof control_snapshot},
    {"openapi/journal.json", control_journal, sizeof control_journal},
    {"openapi/rates.json", control_rates, sizeof control_rates},
    {"openapi/coverage.json", control_coverage, sizeof control_coverage},
    {"openapi/fixtures.json", control_fixtures, sizeof control_fixtures},
};

size_t embedded_control_openapi_count(void) { return sizeof control / sizeof *control; }

struct EmbeddedFile embedded_control_openapi(size_t number) { return control[number]; }
