// Loaded before every test file: properties are drawn from one seed, so that a failure repeats. `npm run laws` draws others.
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.LAW_SEED ?? 1) });
