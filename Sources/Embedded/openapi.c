// The dialects' parts of the OpenAPI document as bytes of the program.
#include "Embedded.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char foilengine[] = {
#embed "../FoilEngineAPI/openapi.json"
};
static const unsigned char fluidtalk[] = {
#embed "../FluidTalkAPI/openapi.json"
};
static const unsigned char control[] = {
#embed "../ControlAPI/openapi.json"
};

struct EmbeddedFile embedded_foilengine_openapi(void) {
    return (struct EmbeddedFile){"openapi.json", foilengine, sizeof foilengine};
}

struct EmbeddedFile embedded_fluidtalk_openapi(void) {
    return (struct EmbeddedFile){"openapi.json", fluidtalk, sizeof fluidtalk};
}

struct EmbeddedFile embedded_control_openapi(void) {
    return (struct EmbeddedFile){"openapi.json", control, sizeof control};
}
