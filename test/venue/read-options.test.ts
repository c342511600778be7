import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readOptions } from './read-options.ts';

it('starts the embedded market when nothing is given', () => {
  const venue = { port: 9100, captures: [], speed: 1, instruments: 19, seed: 1, scenario: 'null_flow' };
  assert.deepEqual(readOptions([]), { kind: 'start', venue, faults: [] });
});

it('reads every option', () => {
  const read = readOptions(
    '--port=0 --speed 2.5 --instruments 540 --rate 300 --seed 7 --scenario null_flow --streams 3 --lifetime 60'.split(
      ' ',
    ),
  );
  assert.deepEqual(read, {
    kind: 'start',
    venue: {
      ...{ port: 0, captures: [], speed: 2.5, instruments: 540, seed: 7, scenario: 'null_flow' },
      ...{ tradesPerSecond: 300, playAfterStreams: 3, limits: { lifetimeMs: 60_000 } },
    },
    faults: [],
  });
});

it('reads several captures, as fast as the clients', () => {
  const read = readOptions(['--from', 'a.gz', '--speed', 'max', 'b.gz']);
  assert.ok(read.kind === 'start');
  assert.deepEqual([read.venue.captures, read.venue.speed], [['a.gz', 'b.gz'], Infinity]);
});

it('refuses a value that cannot be, with the option and what would do', () => {
  for (const [line, problem] of [
    ['--port 99999', 'venue: --port 99999: it must be a whole number from 0 to 65535'],
    ['--port 91oo', 'venue: --port 91oo: it must be a whole number from 0 to 65535'],
    ['--speed -3', 'venue: --speed -3: it must be a number from 0.01 to 1000'],
    ['--speed 0', 'venue: --speed 0: it must be a number from 0.01 to 1000'],
    ['--speed 1e9', 'venue: --speed 1e9: it must be a number from 0.01 to 1000'],
    ['--speed max', /^venue: --speed max: the embedded market never ends and needs a pace/],
    ['--rate -5', 'venue: --rate -5: it must be a number from 1 to 100000'],
    ['--rate=-5', 'venue: --rate -5: it must be a number from 1 to 100000'],
    ['--streams -1', 'venue: --streams -1: it must be a whole number from 0 to 1000000'],
    ['--instruments 0', 'venue: --instruments 0: it must be a whole number from 1 to 540'],
    ['--instruments 2.5', 'venue: --instruments 2.5: it must be a whole number from 1 to 540'],
    ['--instruments 541', 'venue: --instruments 541: it must be a whole number from 1 to 540'],
    ['--lifetime 0', 'venue: --lifetime 0: it must be a number from 1 to 31536000'],
    ['--seed', 'venue: --seed needs a value'],
    ['--scenario storm', /^venue: --scenario storm: it must be one of .*null_flow/],
    ['--colour', /^venue: --colour is no option; there are --port, .*--help$/],
    ['-x', /^venue: -x is no option/],
    ['a.gz', /^venue: a.gz is not served: the first file stands behind --from/],
    ['--from a.gz --seed 2 --rate 9', /^venue: --rate, --seed: only the embedded market has that, --from a.gz plays/],
    ['--faults gasp', /^venue: "gasp" is no fault; there are gap/],
    ['--faults late:by=3', 'venue: in "late:by=3" "3" is no time: 500ms, 30s, 2m, 1h'],
    ['--faults gap@-3s', 'venue: in "gap@-3s" "-3s" is before the start: it must be 0s or more'],
    ['--faults gap@600h', 'venue: in "gap@600h" "600h" is more than 500h'],
    ['--faults gap@1s+0s', 'venue: in "gap@1s+0s" "0s" is no period: it must be 1ms or more'],
    ['--faults gap:count=0', 'venue: in "gap:count=0" "0" is no whole number from 1'],
    ['--faults http:status=9', 'venue: in "http:status=9" "9" is no whole number from 200 to 599'],
    ['--faults disconnect:code=1006', /"1006" is no code that can be sent/],
    ['--faults wrong-type:value=x', 'venue: in "wrong-type:value=x" "x" is neither JSON nor missing'],
  ] as const) {
    const read = readOptions(line.split(' '));
    assert.ok(read.kind === 'refused', line);
    assert.equal(read.problems.length, 1, read.problems.join('\n'));
    if (typeof problem === 'string') assert.equal(read.problems[0], problem);
    else assert.match(read.problems[0]!, problem);
    assert.doesNotMatch(read.problems[0]!, /\n/);
  }
});

it('tells everything that is wrong at once, and prefers to help', () => {
  const line = ['--port', 'x', '--rate', 'y', '--colour'];
  const read = readOptions(line);
  assert.equal(read.kind === 'refused' && read.problems.length, 3);
  assert.deepEqual(readOptions([...line, '--help']), { kind: 'help' });
});
