// The page for browsers as bytes of the program. A test holds this list against the folder.
#include "Embedded.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

// Dagre, which lays out graphs. Where another system has it: -Xcc '-DFOILMOCK_DAGRE="/path/of/dagre.min.js"'
#ifndef FOILMOCK_DAGRE
#define FOILMOCK_DAGRE "/usr/share/nodejs/dagre/dist/dagre.min.js"
#endif
#if !__has_embed(FOILMOCK_DAGRE)
#error "dagre.min.js is missing: install Debian's package node-dagre-layout, or say where it is with FOILMOCK_DAGRE"
#endif

static const unsigned char dagre_min_js[] = {
#embed FOILMOCK_DAGRE
};
static const unsigned char api_js[] = {
#embed "page/api.js"
};
static const unsigned char changes_js[] = {
#embed "page/changes.js"
};
static const unsigned char chart_js[] = {
#embed "page/chart.js"
};
static const unsigned char chat_js[] = {
#embed "page/chat.js"
};
static const unsigned char clock_js[] = {
#embed "page/clock.js"
};
static const unsigned char curl_js[] = {
#embed "page/curl.js"
};
static const unsigned char dom_js[] = {
#embed "page/dom.js"
};
static const unsigned char entry_js[] = {
#embed "page/entry.js"
};
static const unsigned char faults_js[] = {
#embed "page/faults.js"
};
static const unsigned char feed_js[] = {
#embed "page/feed.js"
};
static const unsigned char filters_js[] = {
#embed "page/filters.js"
};
static const unsigned char fixtures_js[] = {
#embed "page/fixtures.js"
};
static const unsigned char format_js[] = {
#embed "page/format.js"
};
static const unsigned char forms_js[] = {
#embed "page/forms.js"
};
static const unsigned char graph_js[] = {
#embed "page/graph.js"
};
static const unsigned char icon_svg[] = {
#embed "page/icon.svg"
};
static const unsigned char index_html[] = {
#embed "page/index.html"
};
static const unsigned char journal_js[] = {
#embed "page/journal.js"
};
static const unsigned char layout_js[] = {
#embed "page/layout.js"
};
static const unsigned char limits_js[] = {
#embed "page/limits.js"
};
static const unsigned char machine_js[] = {
#embed "page/machine.js"
};
static const unsigned char main_js[] = {
#embed "page/main.js"
};
static const unsigned char metrics_js[] = {
#embed "page/metrics.js"
};
static const unsigned char notice_js[] = {
#embed "page/notice.js"
};
static const unsigned char page_css[] = {
#embed "page/page.css"
};
static const unsigned char route_js[] = {
#embed "page/route.js"
};
static const unsigned char samples_js[] = {
#embed "page/samples.js"
};
static const unsigned char sandboxes_js[] = {
#embed "page/sandboxes.js"
};
static const unsigned char session_js[] = {
#embed "page/session.js"
};
static const unsigned char sessions_js[] = {
#embed "page/sessions.js"
};
static const unsigned char token_js[] = {
#embed "page/token.js"
};
static const unsigned char usage_js[] = {
#embed "page/usage.js"
};
static const unsigned char verify_js[] = {
#embed "page/verify.js"
};
static const unsigned char why_js[] = {
#embed "page/why.js"
};

#define FILE(path, bytes) {path, bytes, sizeof bytes}

static const struct EmbeddedFile files[] = {
    FILE("dagre.min.js", dagre_min_js),
    FILE("api.js", api_js),
    FILE("changes.js", changes_js),
    FILE("chart.js", chart_js),
    FILE("chat.js", chat_js),
    FILE("clock.js", clock_js),
    FILE("curl.js", curl_js),
    FILE("dom.js", dom_js),
    FILE("entry.js", entry_js),
    FILE("faults.js", faults_js),
    FILE("feed.js", feed_js),
    FILE("filters.js", filters_js),
    FILE("fixtures.js", fixtures_js),
    FILE("format.js", format_js),
    FILE("forms.js", forms_js),
    FILE("graph.js", graph_js),
    FILE("icon.svg", icon_svg),
    FILE("index.html", index_html),
    FILE("journal.js", journal_js),
    FILE("layout.js", layout_js),
    FILE("limits.js", limits_js),
    FILE("machine.js", machine_js),
    FILE("main.js", main_js),
    FILE("metrics.js", metrics_js),
    FILE("notice.js", notice_js),
    FILE("page.css", page_css),
    FILE("route.js", route_js),
    FILE("samples.js", samples_js),
    FILE("sandboxes.js", sandboxes_js),
    FILE("session.js", session_js),
    FILE("sessions.js", sessions_js),
    FILE("token.js", token_js),
    FILE("usage.js", usage_js),
    FILE("verify.js", verify_js),
    FILE("why.js", why_js),
};

size_t embedded_page_file_count(void) { return sizeof files / sizeof files[0]; }

struct EmbeddedFile embedded_page_file(size_t number) { return files[number]; }
