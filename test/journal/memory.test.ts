import { MemoryJournal } from '../../src/adapters/memory/journal.ts';
import { describeJournal } from './conformance.testing.ts';

let journals = 0;

describeJournal({
  name: 'memory',
  keeps: false,
  site: async () => ({
    open: async (policy) => {
      journals += 1;
      return new MemoryJournal(journals.toString(16).padStart(32, '0'), policy);
    },
  }),
});
