import { runQuietly } from './program.js';
import { tool } from './project.js';
import { itExportsFromABundle } from './service.js';

describe("a consumer built by Vite's SSR build", () => {
  itExportsFromABundle('vite', (path) => runQuietly(tool(path, 'vite'), ['build'], path), ['dist/index.mjs']);
});
