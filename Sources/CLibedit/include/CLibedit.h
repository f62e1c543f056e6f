#pragma once
#include <stdbool.h>
#include <stdint.h>

/* A line that is edited on the terminal, by libedit: keys of Emacs, a history in memory. It is in C, because libedit's
   calls take arguments of any number, which Swift cannot give. No type of the C library is in this header: it would be
   this module's for Swift. */
struct line_editor;

/* What the editor asks of its owner. */
struct editor_owner {
    void *owner;
    /* Gives the next character, and waits for it. Negative: the input is at its end. */
    int32_t (*read)(void *owner);
    /* Completes the word before the cursor. Returns whether it wrote below the line. */
    bool (*complete)(void *owner);
};

/* Null when the system does not describe the terminal (`TERM`, terminfo), or has no locale with UTF-8. The keys that
   otherwise send signals are characters while a line is edited. */
struct line_editor *editor_open(struct editor_owner owner, int lines_kept);

/* Gives the terminal back as it was. */
void editor_close(struct line_editor *editor);

/* Has a line edited. Returns its bytes without the line end, valid until the next call; null at the end of the input. */
const char *editor_line(struct line_editor *editor, int *count);

/* Adds the last line to the history. */
void editor_remember(struct line_editor *editor);

/* What is before the cursor; valid until the next call. */
const char *editor_before_cursor(struct line_editor *editor, long *count);

/* Inserts a text at the cursor. */
void editor_insert(struct line_editor *editor, const char *text);

/* Draws prompt and line again, where the cursor is. */
void editor_draw(struct line_editor *editor);

/* Takes over the new size of the terminal, and draws the line again. */
void editor_resize(struct line_editor *editor);

/* Stops the program as Ctrl-Z does, and goes on with the line when it is continued. */
void editor_suspend(struct line_editor *editor);

/* A descriptor that can be read when SIGTERM, SIGHUP or SIGWINCH has come. These are blocked while the editor is open. */
int editor_signals(const struct line_editor *editor);

/* The signal that has come; 0: none. */
int editor_signal(struct line_editor *editor);
