#pragma once
#include <stddef.h>

/// One file that is part of the program: its path, and its bytes.
struct EmbeddedFile {
    const char *path;
    const unsigned char *bytes;
    size_t count;
};

/// The default fixtures, by number from 0; paths are below fixtures/.
size_t embedded_fixture_count(void);
struct EmbeddedFile embedded_fixture(size_t number);

/// The JSON Schemas of the fixture files; paths are below schemas/.
struct EmbeddedFile embedded_persona_schema(void);
struct EmbeddedFile embedded_machine_schema(void);
struct EmbeddedFile embedded_accounts_schema(void);
struct EmbeddedFile embedded_story_schema(void);
/// What a dialect adds to the schema of accounts: {"account", "compat", "$defs"}, each an object of members; the path is below
/// the dialect's folder.
struct EmbeddedFile embedded_foilengine_accounts_schema(void);
struct EmbeddedFile embedded_fluidtalk_accounts_schema(void);
struct EmbeddedFile embedded_characters_accounts_schema(void);
/// What a dialect adds to the schemas of personas and machines: {"persona" or "machine", "$defs"}.
struct EmbeddedFile embedded_characters_persona_schema(void);
struct EmbeddedFile embedded_characters_machine_schema(void);

/// What `foilmock new persona` writes; paths are below the persona's folder, that of the story below stories/.
struct EmbeddedFile embedded_persona_template(void);
struct EmbeddedFile embedded_machine_template(void);
struct EmbeddedFile embedded_story_template(void);

/// The dialects' parts of the OpenAPI document; paths are below the dialect's folder.
struct EmbeddedFile embedded_foilengine_openapi(void);
struct EmbeddedFile embedded_fluidtalk_openapi(void);
struct EmbeddedFile embedded_characters_openapi(void);

/// The pictures of canned answers; paths are below the dialect's folder.
struct EmbeddedFile embedded_characters_sample_1(void);
struct EmbeddedFile embedded_characters_sample_2(void);
/// The control API's part is in several files, by number from 0.
size_t embedded_control_openapi_count(void);
struct EmbeddedFile embedded_control_openapi(size_t number);

/// The page for browsers, by number from 0; paths have no folder.
size_t embedded_page_file_count(void);
struct EmbeddedFile embedded_page_file(size_t number);
