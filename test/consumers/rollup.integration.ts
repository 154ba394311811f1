import { runQuietly } from './program.js';
import { tool } from './project.js';
import { itExportsFromABundle } from './service.js';

describe('a consumer built by rollup', () => {
  itExportsFromABundle('rollup', (path) => runQuietly(tool(path, 'rollup'), ['--config'], path), ['dist/index.mjs']);
});
