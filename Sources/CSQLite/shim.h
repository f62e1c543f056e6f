#pragma once
#include <sqlite3.h>

// Swift can call neither functions with a variable number of arguments nor atomic operations.

/// Makes the connection leave the write-ahead log as it is when it is closed.
static inline int foilmock_keep_log(sqlite3 *connection) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

/// Sets up SQLite for connections of which each is used on one thread, without counting the memory that it uses: both
/// would take a mutex at every call and allocation. It has an effect only before the first connection.
static inline void foilmock_set_up_sqlite(void) {
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/// Returns a number and adds 1 to it, on whichever threads it is called. The number is not in here: each object file that
/// the compiler makes of a module would have one of its own.
static inline int foilmock_take_number(int *next) { return __atomic_fetch_add(next, 1, __ATOMIC_RELAXED); }
