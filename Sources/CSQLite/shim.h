#pragma once
#include <sqlite3.h>

/// Makes the connection leave the write-ahead log as it is when it is closed. Swift cannot call functions with a variable
/// number of arguments.
static inline int foilmock_keep_log(sqlite3 *connection) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}
