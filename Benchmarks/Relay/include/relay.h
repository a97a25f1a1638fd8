#pragma once

#include <stddef.h>

// Baselines for the step benchmark, in plain C over libzmq and SQLite, so that what Sextant adds can be told apart from
// what threads, sockets and a commit cost on the machine at hand.

// Trips of a bare REQ/REP ping-pong between two threads; fills `microseconds` with each trip's time. 0 on success.
int relay_ping_pong(const char *endpoint, int request_bytes, int reply_bytes, int trips, double *microseconds);

// Trips over the hops of a Sextant step: client, broker, worker, broker, client; the broker commits one row of `columns`
// numbers to a SQLite log (WAL, synchronous=NORMAL) at `database` before it answers. 0 on success.
int relay_with_log(const char *endpoint, const char *database, int columns, int request_bytes, int reply_bytes, int trips,
                   double *microseconds);

// The broker of `relay_with_log` alone, for a client in another process; returns after `trips` trips. 0 on success.
int relay_serve(const char *endpoint, const char *database, int columns, int reply_bytes, int trips);

// Bytes that the process has allocated and not freed, mapped ones included, as the C library counts them.
size_t relay_allocated_bytes(void);
