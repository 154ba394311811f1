import { runQuietly } from './program.js';
import { itExportsFromABundle } from './service.js';
import { programOf } from './workshop.js';

describe('a consumer built by webpack in production mode', () => {
  itExportsFromABundle('webpack', (path) => runQuietly(programOf(path, 'webpack'), [], path), ['dist/index.cjs']);
});
