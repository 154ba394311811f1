/** The releases of OpenTelemetry JS that belong together, of each line. */
const LINES = {
  2: { api: '1.9.1', sdk: '2.12.0', experimental: '0.223.0' },
  3: { api: '1.10.0', sdk: '3.1.0', experimental: '0.301.0' },
} as const;
export type Line = keyof typeof LINES;

/** What the README tells to install beside our package. */
export function openTelemetry(line: Line): string[] {
  const { api, sdk, experimental } = LINES[line];
  return [
    `@opentelemetry/api@${api}`,
    `@opentelemetry/sdk-metrics@${sdk}`,
    `@opentelemetry/exporter-prometheus@${experimental}`,
  ];
}

/** The SDK for log events of line 3, whose API has the Logs API. */
export const SDK_LOGS_3 = `@opentelemetry/sdk-logs@${LINES[3].sdk}`;

/** What the tests of the package need besides, on line 3. */
export function testPackages3(): string[] {
  const { sdk, experimental } = LINES[3];
  return [
    SDK_LOGS_3,
    ...['sdk-trace', 'context-async-hooks'].map((name) => `@opentelemetry/${name}@${sdk}`),
    ...['exporter-trace-otlp-http', 'exporter-logs-otlp-http', 'instrumentation', 'instrumentation-http'].map(
      (name) => `@opentelemetry/${name}@${experimental}`,
    ),
  ];
}

/** A Node that is new enough for line 3, as a package. */
export const NEWER_NODE = { name: `node-${process.platform}-${process.arch}`, version: '24.9.0' };
