import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Connection } from './connection.ts';
import { checkVersion, MIGRATIONS, type Migration, migrate, SCHEMA_VERSION } from './schema.ts';

const addNote: Migration = (file) => file.script(`ALTER TABLE effects ADD COLUMN note TEXT NOT NULL DEFAULT 'none'`);

function versionOne(): Connection {
  const file = new Connection(':memory:');
  migrate(file, 0, MIGRATIONS.slice(0, 1));
  file.run('INSERT INTO effects VALUES (?, ?, ?, ?, ?, ?, ?)', 1, 'gap_recorded', null, null, 5, '{}', 0);
  return file;
}

it('brings an older file to the present, step by step, with what it holds', () => {
  const file = versionOne();
  const steps = [
    ...MIGRATIONS.slice(0, 1),
    addNote,
    (f: Connection) => f.script(`UPDATE effects SET note = note || '!'`),
  ];
  migrate(file, 1, steps);
  assert.deepEqual(checkVersion(file, 3), { ok: true, value: 3 });
  assert.equal(file.row('SELECT note FROM effects')?.note, 'none!');
  migrate(file, 3, steps);
  assert.equal(file.row('SELECT note FROM effects')?.note, 'none!', 'no step is taken twice');
});

it('leaves the old version whole when a step fails', () => {
  const file = versionOne();
  const broken: Migration = () => {
    throw new Error('the power went');
  };
  assert.throws(() => migrate(file, 1, [...MIGRATIONS.slice(0, 1), addNote, broken]), /the power went/);
  assert.deepEqual(checkVersion(file, 1), { ok: true, value: 1 });
  assert.equal(
    file.rows('PRAGMA table_info(effects)').some((column) => column.name === 'note'),
    false,
  );
});

it('refuses a newer file and says what to do', () => {
  const file = versionOne();
  file.script(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  const checked = checkVersion(file, SCHEMA_VERSION);
  assert.match(checked.ok ? '' : checked.problem, /newer Tapewire.*update Tapewire/);
});
