#pragma once
#include <zlib.h>
/* deflateInit is a macro that Swift cannot import. */
static inline int ec_deflateInit(z_streamp s, int level) { return deflateInit(s, level); }
static inline int ec_inflateInit(z_streamp s) { return inflateInit(s); }
static inline int ec_inflateInitRaw(z_streamp s) { return inflateInit2(s, -15); }
