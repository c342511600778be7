import { join } from 'node:path';
import { openSqliteJournal } from '../../src/adapters/sqlite/journal.ts';
import type { RetentionPolicy } from '../../src/ports/journal-retention.ts';
import { describeJournal } from './conformance.testing.ts';
import { START_MS } from './effects.testing.ts';
import { temporaryFolder } from './temporary-folder.testing.ts';

const DEFAULTS: RetentionPolicy = { keepSignals: 1000, keepDays: 30 };

process.setMaxListeners(0);

describeJournal({
  name: 'SQLite',
  keeps: true,
  site: async () => {
    const path = join(temporaryFolder(), 'journal.db');
    const open = async (policy: RetentionPolicy, sizeMaxBytes?: number) => {
      const limit = sizeMaxBytes === undefined ? {} : { sizeMaxBytes };
      const opened = openSqliteJournal({ path, nowMs: START_MS, ...policy, ...limit });
      if (!opened.ok) throw new Error(opened.problem);
      return opened.value;
    };
    return { open: (policy = DEFAULTS) => open(policy), openFull: (policy = DEFAULTS) => open(policy, 0) };
  },
});
