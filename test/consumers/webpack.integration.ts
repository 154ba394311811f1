import { runQuietly } from './program.js';
import { tool } from './project.js';
import { itExportsFromABundle } from './service.js';

describe('a consumer built by webpack in production mode', () => {
  itExportsFromABundle('webpack', (path) => runQuietly(tool(path, 'webpack'), [], path), ['dist/index.cjs']);
});
