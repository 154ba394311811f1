import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Packages are loaded by Node unless named here, and a reset of the modules does not reach them.
  test: { server: { deps: { inline: ['opentelemetry-instrumentation-mesh-rebalance'] } } },
});
