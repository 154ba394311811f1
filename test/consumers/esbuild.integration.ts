import { runQuietly } from './program.js';
import { itExportsFromABundle } from './service.js';

describe('a consumer built by esbuild, to ESM and to CommonJS', () => {
  itExportsFromABundle('esbuild', (path) => runQuietly(process.execPath, ['build.js'], path), [
    'dist/index.mjs',
    'dist/index.cjs',
  ]);
});
