import assert from 'node:assert/strict';
import { it } from 'node:test';
import { faultCode, faultWords } from './fault-words.ts';

it('says in words what the system says in letters, and leaves what it does not know', () => {
  const readOnly = Object.assign(new Error("EROFS: read-only file system, open 'x'"), { code: 'EROFS' });
  assert.deepEqual([faultCode(readOnly), faultWords(readOnly)], ['EROFS', 'the file system is read-only']);
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  assert.equal(faultWords(full), 'the disk is full');
  assert.deepEqual([faultCode(new Error('no luck')), faultWords(new Error('no luck'))], ['', 'no luck']);
  assert.deepEqual([faultCode('odd'), faultWords('odd'), faultWords(undefined)], ['', 'odd', 'undefined']);
});
