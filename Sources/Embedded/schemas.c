// The JSON Schemas as bytes of the program.
#include "Embedded.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char persona[] = {
#embed "schemas/persona.schema.json"
};
static const unsigned char machine[] = {
#embed "schemas/machine.schema.json"
};
static const unsigned char accounts[] = {
#embed "schemas/accounts.schema.json"
};
static const unsigned char story[] = {
#embed "schemas/story.schema.json"
};

static const unsigned char foilengine_accounts[] = {
#embed "../FoilEngineAPI/accounts.schema.json"
};
static const unsigned char fluidtalk_accounts[] = {
#embed "../FluidTalkAPI/accounts.schema.json"
};
static const unsigned char characters_accounts[] = {
#embed "../CharactersAPI/accounts.schema.json"
};
static const unsigned char characters_persona[] = {
#embed "../CharactersAPI/persona.schema.json"
};
static const unsigned char characters_machine[] = {
#embed "../CharactersAPI/machine.schema.json"
};

struct EmbeddedFile embedded_persona_schema(void) {
    return (struct EmbeddedFile){"persona.schema.json", persona, sizeof persona};
}

struct EmbeddedFile embedded_machine_schema(void) {
    return (struct EmbeddedFile){"machine.schema.json", machine, sizeof machine};
}

struct EmbeddedFile embedded_accounts_schema(void) {
    return (struct EmbeddedFile){"accounts.schema.json", accounts, sizeof accounts};
}

struct EmbeddedFile embedded_story_schema(void) {
    return (struct EmbeddedFile){"story.schema.json", story, sizeof story};
}

struct EmbeddedFile embedded_foilengine_accounts_schema(void) {
    return (struct EmbeddedFile){"accounts.schema.json", foilengine_accounts, sizeof foilengine_accounts};
}

struct EmbeddedFile embedded_fluidtalk_accounts_schema(void) {
    return (struct EmbeddedFile){"accounts.schema.json", fluidtalk_accounts, sizeof fluidtalk_accounts};
}

struct EmbeddedFile embedded_characters_accounts_schema(void) {
    return (struct EmbeddedFile){"accounts.schema.json", characters_accounts, sizeof characters_accounts};
}

struct EmbeddedFile embedded_characters_persona_schema(void) {
    return (struct EmbeddedFile){"persona.schema.json", characters_persona, sizeof characters_persona};
}

struct EmbeddedFile embedded_characters_machine_schema(void) {
    return (struct EmbeddedFile){"machine.schema.json", characters_machine, sizeof characters_machine};
}
