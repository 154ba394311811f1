/** The releases of OpenTelemetry JS that belong together, and the Node that runs them where it must be a newer one. */
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

/** The SDK for log events of the line whose API has them. */
export const SDK_LOGS = `@opentelemetry/sdk-logs@${LINES[3].sdk}`;

/** A Node that is new enough for line 3, as a package. */
export const NEWER_NODE = { name: `node-${process.platform}-${process.arch}`, version: '24.9.0' };
