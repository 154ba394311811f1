import { runQuietly } from './program.js';
import { itExportsFromABundle } from './service.js';
import { programOf } from './workshop.js';

describe('a consumer built by rollup', () => {
  itExportsFromABundle('rollup', (path) => runQuietly(programOf(path, 'rollup'), ['--config'], path), [
    'dist/index.mjs',
  ]);
});
