// npm run sim -- --signals 1000000 --seed 1 --profile hostile
import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';

const { values } = parseArgs({
  options: {
    signals: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    profile: { type: 'string', default: 'hostile' },
    // Every so-manieth world goes through the product's own routes; 0 for none. They need packages, which copies do not have.
    routes: { type: 'string', default: '50' },
    enough: { type: 'string', default: '5' },
  },
});
const profile = values.profile === 'friendly' ? 'friendly' : 'hostile';
const every = Number(values.routes);
const { doorOf } = every > 0 ? await import('./some-through-routes.ts') : {};
const { summary, failed } = await simulate({
  ...{ signals: Number(values.signals), seed: Number(values.seed), profile },
  enough: Number(values.enough),
  ...(doorOf !== undefined && { doorOf: doorOf(every) }),
  tell: (line) => void process.stderr.write(`${line}\n`),
});
for (const { seed, violations } of failed) {
  console.log(
    `world ${seed} breaks ${violations.length} rules; to repeat: npm run sim -- --signals 1 --seed ${seed} --profile ${profile}${every === 50 ? '' : ` --routes ${every}`}`,
  );
  for (const { checker, detail } of violations.slice(0, 10)) console.log(`  ${checker}: ${detail}`);
}
console.log(JSON.stringify(summary));
process.exitCode = failed.length === 0 ? 0 : 1;
