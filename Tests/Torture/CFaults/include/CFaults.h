// SPDX-License-Identifier: Apache-2.0
// Stands between this program and the system calls that change files: records them, and makes the
// n-th of a kind fail. Linux only: the calls are this executable's own symbols, which every library
// it loads is bound to.
#ifndef CFAULTS_H
#define CFAULTS_H

#include <stddef.h>
#include <stdint.h>

/// Kinds of call; those below FAULTS_KINDS can be made to fail.
enum {
    FAULTS_WRITE = 0,
    FAULTS_SYNC = 1,
    FAULTS_RENAME = 2,
    FAULTS_OPEN = 3,
    FAULTS_KINDS = 4,
    FAULTS_TRUNCATE = 4,
    FAULTS_REMOVE = 5,
    FAULTS_MARK = 6,
};

/// One recorded call that succeeded.
typedef struct {
    int32_t kind;
    /// Number of the file, from 0 in the order of first use; of a mark, its number.
    int32_t file;
    int64_t offset;
    int64_t length;
    const uint8_t *bytes;
} FaultsRecord;

/// Watches files below a folder (absolute, no links); forgets what was recorded and counted before.
/// Without a folder nothing is watched.
void faults_watch(const char *folder, int records);
/// From now on the n-th call of a kind fails with an error number, once; 0 takes it back.
void faults_arm(int kind, long n, int error);
/// Whether the armed call came.
int faults_fired(void);
/// Calls of a kind since the folder is watched.
long faults_count(int kind);
/// Puts a mark between the calls.
void faults_mark(int32_t number);

size_t faults_records(void);
FaultsRecord faults_record(size_t index);
size_t faults_files(void);
const char *faults_file(size_t index);

#endif
