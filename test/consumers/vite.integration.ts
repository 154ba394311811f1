import { runQuietly } from './program.js';
import { itExportsFromABundle } from './service.js';
import { programOf } from './workshop.js';

describe("a consumer built by Vite's SSR build", () => {
  itExportsFromABundle('vite', (path) => runQuietly(programOf(path, 'vite'), ['build'], path), ['dist/index.mjs']);
});
