/** The instrumentation scope of every meter, tracer and logger of this package. */
export const SCOPE_NAME = 'opentelemetry-instrumentation-mesh-rebalance';

/** Version of this package; a test compares it with package.json. */
export const VERSION = '0.1.0';
