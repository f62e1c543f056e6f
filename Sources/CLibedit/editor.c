#include <CLibedit.h>
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Of libtinfo. Its own header defines words such as `lines` as macros. */
int tgetent(char *buffer, const char *terminal);
char *tgetstr(const char *name, char **place);
int tputs(const char *text, int rows, int (*put)(int));

struct line_editor {
    struct editor_owner owner;
    EditLine *edit;
    History *history;
    int signals;
    sigset_t blocked;
    const char *line;
    /* Clears the screen from the cursor on; null: the terminal cannot. */
    const char *clear_below;
    char clear_below_bytes[1024];
};

static char *prompt(EditLine *edit) {
    (void)edit;
    return (char *)"> ";
}

static struct line_editor *editor_of(EditLine *edit) {
    void *editor = NULL;
    el_get(edit, EL_CLIENTDATA, &editor);
    return editor;
}

static int read_character(EditLine *edit, wchar_t *character) {
    struct line_editor *editor = editor_of(edit);
    int32_t value = editor->owner.read(editor->owner.owner);
    if (value < 0) return 0;
    *character = (wchar_t)value;
    return 1;
}

static unsigned char complete(EditLine *edit, int key) {
    (void)key;
    struct line_editor *editor = editor_of(edit);
    return editor->owner.complete(editor->owner.owner) ? CC_REDISPLAY : CC_REFRESH;
}

static bool has_terminfo(void) {
    char entry[4096];
    const char *kind = getenv("TERM");
    return kind && tgetent(entry, kind) == 1;
}

/* The locale decides what libedit takes for a letter. */
static bool has_utf8(void) {
    const char *names[] = {"", "C.UTF-8"};
    for (int place = 0; place < 2; place++)
        if (setlocale(LC_CTYPE, names[place]) && !strcmp(nl_langinfo(CODESET), "UTF-8")) return true;
    return false;
}

struct line_editor *editor_open(struct editor_owner owner, int lines_kept) {
    if (!has_terminfo() || !has_utf8()) return NULL;
    struct line_editor *editor = calloc(1, sizeof *editor);
    if (!editor) return NULL;
    editor->owner = owner;
    sigemptyset(&editor->blocked);
    sigaddset(&editor->blocked, SIGTERM);
    sigaddset(&editor->blocked, SIGHUP);
    sigaddset(&editor->blocked, SIGWINCH);
    editor->signals = signalfd(-1, &editor->blocked, SFD_CLOEXEC | SFD_NONBLOCK);
    editor->history = history_init();
    editor->edit = el_init("foilmock", stdin, stdout, stderr);
    sigprocmask(SIG_BLOCK, &editor->blocked, NULL);
    if (editor->signals < 0 || !editor->history || !editor->edit) {
        editor_close(editor);
        return NULL;
    }
    char *place = editor->clear_below_bytes;
    editor->clear_below = tgetstr("cd", &place);
    HistEvent event;
    history(editor->history, &event, H_SETSIZE, lines_kept);
    history(editor->history, &event, H_SETUNIQUE, 1);
    EditLine *edit = editor->edit;
    el_set(edit, EL_CLIENTDATA, editor);
    el_set(edit, EL_PROMPT, prompt);
    el_set(edit, EL_EDITOR, "emacs");
    el_set(edit, EL_HIST, history, editor->history);
    el_set(edit, EL_GETCFN, read_character);
    el_set(edit, EL_ADDFN, "complete", "Completes the word", complete);
    el_set(edit, EL_BIND, "^I", "complete", NULL);
    el_set(edit, EL_BIND, "^R", "em-inc-search-prev", NULL);
    el_set(edit, EL_SETTY, "-d", "-isig", NULL);
    return editor;
}

void editor_close(struct line_editor *editor) {
    if (editor->edit) el_end(editor->edit);
    if (editor->history) history_end(editor->history);
    if (editor->signals >= 0) close(editor->signals);
    sigprocmask(SIG_UNBLOCK, &editor->blocked, NULL);
    free(editor);
}

const char *editor_line(struct line_editor *editor, int *count) {
    /* Before the prompt is drawn: what is typed at once must not meet the terminal's own keys. */
    el_set(editor->edit, EL_PREP_TERM, 1);
    editor->line = el_gets(editor->edit, count);
    if (!editor->line || *count < 1) return NULL;
    if (editor->line[*count - 1] == '\n') *count -= 1;
    return editor->line;
}

void editor_remember(struct line_editor *editor) {
    HistEvent event;
    if (editor->line) history(editor->history, &event, H_ENTER, editor->line);
}

const char *editor_before_cursor(struct line_editor *editor, long *count) {
    const LineInfo *info = el_line(editor->edit);
    *count = info->cursor - info->buffer;
    return info->buffer;
}

void editor_insert(struct line_editor *editor, const char *text) { el_insertstr(editor->edit, text); }

void editor_draw(struct line_editor *editor) { el_set(editor->edit, EL_REFRESH); }

/* A terminal wraps the line anew when its width changes, and libedit does not know in which row the cursor is then. So the
   line is drawn again from the cursor's row on; rows above it may stay. */
void editor_resize(struct line_editor *editor) {
    el_resize(editor->edit);
    putchar('\r');
    if (editor->clear_below) tputs(editor->clear_below, 1, putchar);
    fflush(stdout);
    editor_draw(editor);
}

void editor_suspend(struct line_editor *editor) {
    el_set(editor->edit, EL_PREP_TERM, 0);
    raise(SIGTSTP);
    el_set(editor->edit, EL_PREP_TERM, 1);
    editor_draw(editor);
}

int editor_signals(const struct line_editor *editor) { return editor->signals; }

int editor_signal(struct line_editor *editor) {
    struct signalfd_siginfo info;
    return read(editor->signals, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}
