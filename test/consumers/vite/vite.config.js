import { defineConfig } from 'vite';

export default defineConfig({
  // Everything goes into the bundle, so that it runs without node_modules.
  ssr: { noExternal: true },
  build: { ssr: 'src/index.js', rolldownOptions: { output: { entryFileNames: 'index.mjs' } } },
});
