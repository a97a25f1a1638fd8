#include "relay.h"

#include <malloc.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

typedef struct {
    void *context;
    const char *endpoint, *database;
    int columns, reply_bytes, trips, failed;
    pthread_barrier_t ready;
} relay_t;

static double now_microseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e6 + time.tv_nsec * 1e-3;
}

static void *echo(void *argument) {
    relay_t *relay = argument;
    void *socket = zmq_socket(relay->context, ZMQ_REP);
    relay->failed |= zmq_bind(socket, relay->endpoint) != 0;
    pthread_barrier_wait(&relay->ready);
    char *reply = calloc(1, relay->reply_bytes), request[4096];
    for (int trip = 0; trip < relay->trips && !relay->failed; trip++) {
        zmq_recv(socket, request, sizeof request, 0);
        zmq_send(socket, reply, relay->reply_bytes, 0);
    }
    free(reply);
    zmq_close(socket);
    return NULL;
}

static void *worker(void *argument) {
    relay_t *relay = argument;
    void *tasks = zmq_socket(relay->context, ZMQ_PULL), *results = zmq_socket(relay->context, ZMQ_PUSH);
    zmq_connect(tasks, "inproc://relay-tasks");
    zmq_connect(results, "inproc://relay-results");
    char buffer[4096];
    for (int trip = 0; trip < relay->trips; trip++) {
        int bytes = zmq_recv(tasks, buffer, sizeof buffer, 0);
        zmq_send(results, buffer, bytes, 0);
    }
    zmq_close(tasks);
    zmq_close(results);
    return NULL;
}

static sqlite3_stmt *open_log(relay_t *relay, sqlite3 **log) {
    char sql[8192] = "CREATE TABLE samples (number INTEGER PRIMARY KEY", values[4096] = "INSERT INTO samples VALUES (?";
    for (int column = 0; column < relay->columns; column++) {
        snprintf(sql + strlen(sql), 32, ", c%d REAL", column);
        strcat(values, ", ?");
    }
    strcat(sql, ")");
    strcat(values, ")");
    sqlite3_stmt *insert = NULL;
    int fault = sqlite3_open(relay->database, log);
    fault |= sqlite3_exec(*log, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL", NULL, NULL, NULL);
    fault |= sqlite3_exec(*log, sql, NULL, NULL, NULL);
    fault |= sqlite3_prepare_v2(*log, values, -1, &insert, NULL);
    relay->failed |= fault != SQLITE_OK;
    return insert;
}

static void commit_row(sqlite3 *log, sqlite3_stmt *insert, int number, int columns) {
    sqlite3_exec(log, "BEGIN", NULL, NULL, NULL);
    sqlite3_bind_int(insert, 1, number);
    for (int column = 0; column < columns; column++) sqlite3_bind_double(insert, column + 2, number * 0.5 + column);
    sqlite3_step(insert);
    sqlite3_reset(insert);
    sqlite3_exec(log, "COMMIT", NULL, NULL, NULL);
}

static void *broker(void *argument) {
    relay_t *relay = argument;
    void *router = zmq_socket(relay->context, ZMQ_ROUTER);
    void *tasks = zmq_socket(relay->context, ZMQ_PUSH), *results = zmq_socket(relay->context, ZMQ_PULL);
    relay->failed |= zmq_bind(router, relay->endpoint) != 0;
    zmq_bind(tasks, "inproc://relay-tasks");
    zmq_bind(results, "inproc://relay-results");
    sqlite3 *log = NULL;
    sqlite3_stmt *insert = open_log(relay, &log);
    pthread_t thread;
    pthread_create(&thread, NULL, worker, relay);
    pthread_barrier_wait(&relay->ready);
    char peer[256], buffer[4096], *reply = calloc(1, relay->reply_bytes);
    for (int trip = 0; trip < relay->trips && !relay->failed; trip++) {
        int peer_bytes = zmq_recv(router, peer, sizeof peer, 0);
        int bytes = zmq_recv(router, buffer, sizeof buffer, 0);
        zmq_send(tasks, buffer, bytes, 0);
        zmq_pollitem_t items[] = {{router, 0, ZMQ_POLLIN, 0}, {results, 0, ZMQ_POLLIN, 0}};
        zmq_poll(items, 2, -1);
        zmq_recv(results, buffer, sizeof buffer, 0);
        commit_row(log, insert, trip, relay->columns);
        zmq_send(router, peer, peer_bytes, ZMQ_SNDMORE);
        zmq_send(router, reply, relay->reply_bytes, 0);
    }
    pthread_join(thread, NULL);
    free(reply);
    sqlite3_finalize(insert);
    sqlite3_close(log);
    zmq_close(router);
    zmq_close(tasks);
    zmq_close(results);
    return NULL;
}

static int run(relay_t *relay, void *(*server)(void *), int client_type, int request_bytes, double *microseconds) {
    relay->context = zmq_ctx_new();
    relay->failed = 0;
    pthread_barrier_init(&relay->ready, NULL, 2);
    pthread_t thread;
    pthread_create(&thread, NULL, server, relay);
    pthread_barrier_wait(&relay->ready);
    void *client = zmq_socket(relay->context, client_type);
    relay->failed |= zmq_connect(client, relay->endpoint) != 0;
    char *request = calloc(1, request_bytes), reply[4096];
    for (int trip = 0; trip < relay->trips && !relay->failed; trip++) {
        double start = now_microseconds();
        zmq_send(client, request, request_bytes, 0);
        zmq_recv(client, reply, sizeof reply, 0);
        microseconds[trip] = now_microseconds() - start;
    }
    free(request);
    zmq_close(client);
    if (!relay->failed) pthread_join(thread, NULL);
    pthread_barrier_destroy(&relay->ready);
    if (!relay->failed) zmq_ctx_term(relay->context);
    return relay->failed;
}

int relay_ping_pong(const char *endpoint, int request_bytes, int reply_bytes, int trips, double *microseconds) {
    relay_t relay = {.endpoint = endpoint, .reply_bytes = reply_bytes, .trips = trips};
    return run(&relay, echo, ZMQ_REQ, request_bytes, microseconds);
}

int relay_with_log(const char *endpoint, const char *database, int columns, int request_bytes, int reply_bytes, int trips,
                   double *microseconds) {
    relay_t relay = {
        .endpoint = endpoint, .database = database, .columns = columns, .reply_bytes = reply_bytes, .trips = trips};
    return run(&relay, broker, ZMQ_DEALER, request_bytes, microseconds);
}

int relay_serve(const char *endpoint, const char *database, int columns, int reply_bytes, int trips) {
    relay_t relay = {
        .endpoint = endpoint, .database = database, .columns = columns, .reply_bytes = reply_bytes, .trips = trips};
    relay.context = zmq_ctx_new();
    pthread_barrier_init(&relay.ready, NULL, 1);
    broker(&relay);
    pthread_barrier_destroy(&relay.ready);
    zmq_ctx_term(relay.context);
    return relay.failed;
}

size_t relay_allocated_bytes(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}
