// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CFaults.h"

#if defined(__linux__)
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { DESCRIPTORS = 4096, FILES = 64 };

static atomic_int watching;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char folder[1024];
static int recording;
static char *files[FILES];
static size_t file_count;
/// Number of the watched file behind a descriptor, plus one; 0 for any other.
static int behind[DESCRIPTORS];
static FaultsRecord *records;
static size_t record_count, record_room;
static long counts[FAULTS_KINDS];
static int armed_kind = -1, armed_error, fired;
static long armed_left;

// MARK: What is watched

static int is_watched(const char *path) {
    return path != NULL && strncmp(path, folder, strlen(folder)) == 0;
}

static int file_number(const char *path) {
    for (size_t i = 0; i < file_count; i++)
        if (strcmp(files[i], path) == 0) return (int)i;
    if (file_count == FILES) abort();  // A workload of this program uses a handful of files.
    files[file_count] = strdup(path);
    return (int)file_count++;
}

static int file_of(int fd) {
    return fd >= 0 && fd < DESCRIPTORS ? behind[fd] - 1 : -1;
}

/// Counts a call; true when it is the one that fails.
static int fails(int kind) {
    counts[kind]++;
    if (kind != armed_kind || --armed_left != 0) return 0;
    armed_kind = -1;
    fired = 1;
    return 1;
}

static void record(int kind, int file, int64_t offset, const void *bytes, int64_t length) {
    if (!recording) return;
    if (record_count == record_room) {
        record_room = record_room ? record_room * 2 : 1024;
        records = realloc(records, record_room * sizeof *records);
        if (records == NULL) abort();
    }
    uint8_t *copy = NULL;
    if (bytes != NULL) {
        copy = malloc((size_t)length);
        if (copy == NULL) abort();
        memcpy(copy, bytes, (size_t)length);
    }
    records[record_count++] = (FaultsRecord){kind, file, offset, length, copy};
}

void faults_watch(const char *path, int records_calls) {
    pthread_mutex_lock(&lock);
    atomic_store(&watching, 0);
    for (size_t i = 0; i < record_count; i++) free((void *)records[i].bytes);
    for (size_t i = 0; i < file_count; i++) free(files[i]);
    record_count = file_count = 0;
    memset(behind, 0, sizeof behind);
    memset(counts, 0, sizeof counts);
    armed_kind = -1;
    fired = 0;
    recording = records_calls;
    if (path != NULL && strlen(path) < sizeof folder) {
        strcpy(folder, path);
        atomic_store(&watching, 1);
    }
    pthread_mutex_unlock(&lock);
}

void faults_arm(int kind, long n, int error) {
    pthread_mutex_lock(&lock);
    armed_kind = n > 0 ? kind : -1;
    armed_left = n;
    armed_error = error;
    fired = 0;
    pthread_mutex_unlock(&lock);
}

int faults_fired(void) {
    pthread_mutex_lock(&lock);
    int result = fired;
    pthread_mutex_unlock(&lock);
    return result;
}

long faults_count(int kind) {
    pthread_mutex_lock(&lock);
    long result = counts[kind];
    pthread_mutex_unlock(&lock);
    return result;
}

void faults_mark(int32_t number) {
    pthread_mutex_lock(&lock);
    record(FAULTS_MARK, number, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
}

size_t faults_records(void) { return record_count; }
FaultsRecord faults_record(size_t index) { return records[index]; }
size_t faults_files(void) { return file_count; }
const char *faults_file(size_t index) { return files[index]; }

// MARK: The calls

/// Does a call on a watched file under the lock, so that the record's order is the calls' order.
#define GUARDED(kind, condition, failure, call, success)       \
    if (!atomic_load(&watching)) return call;                  \
    pthread_mutex_lock(&lock);                                 \
    if (!(condition)) {                                        \
        pthread_mutex_unlock(&lock);                           \
        return call;                                           \
    }                                                          \
    if ((kind) < FAULTS_KINDS && fails(kind)) {                \
        int error = armed_error;                               \
        pthread_mutex_unlock(&lock);                           \
        errno = error;                                         \
        return failure;                                        \
    }                                                          \
    __typeof__(call) result = call;                            \
    int error = errno;                                         \
    if (result >= 0) { success; }                              \
    pthread_mutex_unlock(&lock);                               \
    errno = error;                                             \
    return result

static int opened(int directory, const char *path, int flags, mode_t mode) {
    GUARDED(FAULTS_OPEN, is_watched(path), -1,
            (int)syscall(SYS_openat, directory, path, flags, mode), {
        if (result < DESCRIPTORS) behind[result] = file_number(path) + 1;
        if (flags & O_TRUNC) record(FAULTS_TRUNCATE, file_number(path), 0, NULL, 0);
    });
}

#define MODE(flags, last)                                      \
    mode_t mode = 0;                                           \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {                   \
        va_list arguments;                                     \
        va_start(arguments, last);                             \
        mode = va_arg(arguments, mode_t);                      \
        va_end(arguments);                                     \
    }

int open(const char *path, int flags, ...) {
    MODE(flags, flags)
    return opened(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE(flags, flags)
    return opened(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

int openat(int directory, const char *path, int flags, ...) {
    MODE(flags, flags)
    return opened(directory, path, flags, mode);
}

int close(int fd) {
    if (atomic_load(&watching) && fd >= 0 && fd < DESCRIPTORS) {
        pthread_mutex_lock(&lock);
        behind[fd] = 0;
        pthread_mutex_unlock(&lock);
    }
    return (int)syscall(SYS_close, fd);
}

ssize_t write(int fd, const void *bytes, size_t count) {
    GUARDED(FAULTS_WRITE, file_of(fd) >= 0, -1, (ssize_t)syscall(SYS_write, fd, bytes, count),
            record(FAULTS_WRITE, file_of(fd), lseek(fd, 0, SEEK_CUR) - result, bytes, result));
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
    GUARDED(FAULTS_WRITE, file_of(fd) >= 0, -1,
            (ssize_t)syscall(SYS_pwrite64, fd, bytes, count, offset),
            record(FAULTS_WRITE, file_of(fd), offset, bytes, result));
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
    return pwrite64(fd, bytes, count, offset);
}

int fsync(int fd) {
    GUARDED(FAULTS_SYNC, file_of(fd) >= 0, -1, (int)syscall(SYS_fsync, fd),
            record(FAULTS_SYNC, file_of(fd), 0, NULL, 0));
}

int fdatasync(int fd) {
    GUARDED(FAULTS_SYNC, file_of(fd) >= 0, -1, (int)syscall(SYS_fdatasync, fd),
            record(FAULTS_SYNC, file_of(fd), 0, NULL, 0));
}

int ftruncate64(int fd, off64_t length) {
    GUARDED(FAULTS_TRUNCATE, file_of(fd) >= 0, -1, (int)syscall(SYS_ftruncate, fd, length),
            record(FAULTS_TRUNCATE, file_of(fd), length, NULL, 0));
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int unlink(const char *path) {
    GUARDED(FAULTS_REMOVE, is_watched(path), -1, (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0),
            record(FAULTS_REMOVE, file_number(path), 0, NULL, 0));
}

int rename(const char *old, const char *new) {
    GUARDED(FAULTS_RENAME, is_watched(new), -1,
            (int)syscall(SYS_renameat2, AT_FDCWD, old, AT_FDCWD, new, 0), {});
}

#else

void faults_watch(const char *folder, int records) {}
void faults_arm(int kind, long n, int error) {}
int faults_fired(void) { return 0; }
long faults_count(int kind) { return 0; }
void faults_mark(int32_t number) {}
size_t faults_records(void) { return 0; }
FaultsRecord faults_record(size_t index) { return (FaultsRecord){0}; }
size_t faults_files(void) { return 0; }
const char *faults_file(size_t index) { return ""; }

#endif
