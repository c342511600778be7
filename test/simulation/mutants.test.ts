import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { Copy, MUTANTS } from './mutants.ts';
import type { Summary } from './simulate.ts';

const [SIMULATION, DIRECTED] = ['test/simulation/simulation.js', 'test/simulation/directed.js'];

/** What the last line of a program says. */
const lastLine = (stdout: string): unknown => JSON.parse(stdout.trim().split('\n').at(-1)!);

let unchanged: Copy;
before(() => {
  unchanged = new Copy();
});
after(() => unchanged.remove());

it('finds nothing wrong with the product as it is', () => {
  const { status, stdout } = unchanged.run(SIMULATION, ['--signals', '800', '--profile', 'hostile', '--routes', '0']);
  assert.equal(status, 0, stdout);
  const histories = Object.values(lastLine(unchanged.run(DIRECTED, []).stdout) as Record<string, readonly string[]>);
  assert.ok(histories.length > 0);
  assert.deepEqual(histories.flat(), []);
});

for (const mutant of MUTANTS) {
  it(`dies: a product that ${mutant.name}`, (t) => {
    const copy = new Copy();
    try {
      copy.change(mutant);
      if (mutant.history !== undefined) {
        const broken = (lastLine(copy.run(DIRECTED, []).stdout) as Record<string, readonly string[]>)[mutant.history]!;
        assert.ok(broken.includes(mutant.killedBy), `${mutant.history}: ${broken.join(', ')}`);
      }
      if (mutant.signals > 0) {
        const { signals, profile } = mutant;
        const args = ['--signals', String(signals), '--profile', profile, '--enough', '1', '--routes', '0'];
        const { status, stdout } = copy.run(SIMULATION, args);
        assert.equal(status, 1, stdout);
        const { broken } = lastLine(stdout) as Summary;
        t.diagnostic(JSON.stringify(broken));
        assert.ok((broken[mutant.killedBy] ?? 0) > 0, stdout);
      }
    } finally {
      copy.remove();
    }
  });
}

it('notices a mutant whose line is not there any more', () => {
  const copy = new Copy();
  try {
    assert.throws(() => copy.change({ ...MUTANTS[0]!, line: 'no such line' }), /0 times/);
    assert.throws(() => copy.change({ ...MUTANTS[0]!, line: 'return' }), /must be looked at/);
  } finally {
    copy.remove();
  }
});
