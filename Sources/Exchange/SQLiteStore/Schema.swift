// SPDX-License-Identifier: Apache-2.0
import GRDB

/// The tables, made in one migration: clear columns hold identifiers, states and times, never
/// content (DP-01).
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("store-1") { database in
            for part in [transmissions, simulations, log, documents] {
                try database.execute(sql: part)
            }
        }
        return migrator
    }

    /// Empty text stands where nothing holds a form, so that it can be looked up in an index.
    private static let transmissions = """
        CREATE TABLE transmission (
          uuid TEXT PRIMARY KEY, kind TEXT NOT NULL, sha256 BLOB NOT NULL,
          pack TEXT NOT NULL, pack_version TEXT NOT NULL,
          provider TEXT NOT NULL, actor TEXT NOT NULL, mandate TEXT,
          subject TEXT, replacement TEXT, predecessor TEXT,
          state TEXT NOT NULL, settled INTEGER NOT NULL, held_by TEXT NOT NULL,
          problem_code TEXT, problem_detail TEXT, problem_actor TEXT, national_uuid TEXT,
          attempts INTEGER NOT NULL, failures INTEGER NOT NULL,
          accepted_at REAL NOT NULL, changed_at REAL NOT NULL, due_at REAL NOT NULL,
          lease_until REAL, worker TEXT, fence INTEGER NOT NULL DEFAULT 0,
          crashes INTEGER NOT NULL DEFAULT 0, erased INTEGER NOT NULL DEFAULT 0,
          asks_first INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;
        CREATE INDEX transmission_due ON transmission (held_by, due_at) WHERE settled = 0;
        CREATE INDEX transmission_suspect ON transmission (due_at)
          WHERE settled = 0 AND crashes > 0;
        CREATE INDEX transmission_waiting ON transmission (state, changed_at) WHERE settled = 0;
        CREATE INDEX transmission_list ON transmission (accepted_at, uuid);
        CREATE INDEX transmission_state ON transmission (state, accepted_at, uuid);
        CREATE INDEX transmission_erasable ON transmission (erased, changed_at)
          WHERE settled = 1;
        CREATE INDEX transmission_worker ON transmission (worker) WHERE worker IS NOT NULL;
        CREATE INDEX transmission_subject ON transmission (subject) WHERE subject IS NOT NULL;
        CREATE INDEX transmission_replacement ON transmission (replacement)
          WHERE replacement IS NOT NULL;
        CREATE INDEX transmission_predecessor ON transmission (predecessor)
          WHERE predecessor IS NOT NULL;
        CREATE TABLE output (
          uuid TEXT NOT NULL REFERENCES transmission (uuid), kind TEXT NOT NULL,
          sha256 BLOB NOT NULL, bytes BLOB NOT NULL,
          PRIMARY KEY (uuid, kind)
        );
        CREATE TABLE renewal (
          uuid TEXT NOT NULL REFERENCES transmission (uuid), kind TEXT NOT NULL,
          number INTEGER NOT NULL, renewed_at REAL NOT NULL,
          sha256 BLOB NOT NULL, bytes BLOB NOT NULL,
          PRIMARY KEY (uuid, kind, number)
        );
        CREATE TABLE lookup (
          value BLOB NOT NULL, uuid TEXT NOT NULL, PRIMARY KEY (value, uuid)
        ) WITHOUT ROWID;
        CREATE INDEX lookup_form ON lookup (uuid);
        CREATE TABLE state_count (state TEXT PRIMARY KEY, forms INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TRIGGER transmission_counted AFTER INSERT ON transmission BEGIN
          INSERT INTO state_count VALUES (new.state, 1)
            ON CONFLICT (state) DO UPDATE SET forms = forms + 1;
        END;
        CREATE TRIGGER transmission_recounted AFTER UPDATE OF state ON transmission
        WHEN old.state <> new.state BEGIN
          UPDATE state_count SET forms = forms - 1 WHERE state = old.state;
          INSERT INTO state_count VALUES (new.state, 1)
            ON CONFLICT (state) DO UPDATE SET forms = forms + 1;
        END;
        """

    private static let simulations = """
        CREATE TABLE simulation (
          uuid TEXT PRIMARY KEY, sha256 BLOB NOT NULL,
          pack TEXT NOT NULL, pack_version TEXT NOT NULL,
          state TEXT NOT NULL, settled INTEGER NOT NULL, step TEXT, result TEXT,
          national_id TEXT, valid_until REAL,
          problem_code TEXT, problem_detail TEXT, problem_actor TEXT,
          attempts INTEGER NOT NULL, failures INTEGER NOT NULL,
          accepted_at REAL NOT NULL, changed_at REAL NOT NULL, due_at REAL NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX simulation_due ON simulation (due_at) WHERE settled = 0;
        CREATE TABLE simulation_part (
          uuid TEXT NOT NULL REFERENCES simulation (uuid), kind TEXT NOT NULL,
          sha256 BLOB NOT NULL, bytes BLOB NOT NULL,
          PRIMARY KEY (uuid, kind)
        );
        """

    /// `AUTOINCREMENT`: a position is never used twice, also after old ones are gone.
    private static let log = """
        CREATE TABLE event (
          sequence INTEGER PRIMARY KEY AUTOINCREMENT, moment REAL NOT NULL,
          uuid TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, code TEXT
        );
        CREATE INDEX event_moment ON event (moment);
        CREATE TABLE audit (sequence INTEGER PRIMARY KEY, entry BLOB NOT NULL, hash BLOB NOT NULL);
        CREATE TABLE audit_root (
          last INTEGER PRIMARY KEY, first INTEGER NOT NULL, root BLOB NOT NULL,
          statement BLOB NOT NULL, signature BLOB NOT NULL, certificate BLOB NOT NULL, token BLOB
        );
        """

    private static let documents = """
        CREATE TABLE document (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;
        """
}
