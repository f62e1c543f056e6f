// A new persona's files as bytes of the program.
#include "Embedded.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char persona[] = {
#embed "templates/persona.json"
};
static const unsigned char machine[] = {
#embed "templates/machines/first_meeting.json"
};
static const unsigned char story[] = {
#embed "templates/first_meeting.story.json"
};

struct EmbeddedFile embedded_persona_template(void) {
    return (struct EmbeddedFile){"persona.json", persona, sizeof persona};
}

struct EmbeddedFile embedded_machine_template(void) {
    return (struct EmbeddedFile){"machines/first_meeting.json", machine, sizeof machine};
}

struct EmbeddedFile embedded_story_template(void) {
    return (struct EmbeddedFile){"first_meeting.story.json", story, sizeof story};
}
