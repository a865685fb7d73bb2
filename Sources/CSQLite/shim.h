#ifndef ROWSCOPE_CSQLITE_SHIM_H
#define ROWSCOPE_CSQLITE_SHIM_H

#include <sqlite3.h>

#endif
