import { build } from 'esbuild';

const common = { entryPoints: ['src/index.js'], bundle: true, platform: 'node', target: 'node20' };

await build({ ...common, format: 'cjs', outfile: 'dist/index.cjs' });
await build({
  ...common,
  format: 'esm',
  outfile: 'dist/index.mjs',
  // Packages that are CommonJS, as OpenTelemetry's exporter is, call `require` for Node's own modules.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
});
