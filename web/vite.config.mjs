import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** One page with one script and one style sheet, all from this server: its policy lets nothing else in. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/dashboard/',
  build: {
    outDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // A data: URL in a style sheet or a script in the page would be refused by the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
