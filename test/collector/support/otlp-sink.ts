import { Collector } from './collector.js';

type AttributeValue = { stringValue?: string; intValue?: string; doubleValue?: number };
/** An attribute as OTLP/JSON carries it. */
export interface Attribute {
  readonly key: string;
  readonly value: AttributeValue;
}

/** A span as OTLP/JSON carries it. */
export interface StoredSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly attributes?: readonly Attribute[];
}

/** A log record as OTLP/JSON carries it. */
export interface StoredLog {
  readonly traceId?: string;
  readonly eventName?: string;
  readonly attributes?: readonly Attribute[];
}

/** A data point of a metric, with the resource that it came from. */
export interface StoredPoint {
  readonly name: string;
  readonly resource: readonly Attribute[];
  readonly attributes?: readonly Attribute[];
  readonly timeUnixNano: string;
  readonly asInt?: string;
  readonly asDouble?: number;
}

interface Resourced {
  readonly resource?: { attributes?: readonly Attribute[] };
}
interface Metric {
  readonly name: string;
  readonly gauge?: { dataPoints: Omit<StoredPoint, 'name' | 'resource'>[] };
  readonly sum?: { dataPoints: Omit<StoredPoint, 'name' | 'resource'>[] };
  readonly histogram?: { dataPoints: Omit<StoredPoint, 'name' | 'resource'>[] };
}
type Line = {
  resourceSpans?: (Resourced & { scopeSpans: { spans: StoredSpan[] }[] })[];
  resourceMetrics?: (Resourced & { scopeMetrics: { metrics: Metric[] }[] })[];
  resourceLogs?: (Resourced & { scopeLogs: { logRecords: StoredLog[] }[] })[];
};

/** The last receiver of a pipeline, which keeps all that it gets: a Collector that writes files. */
export class OtlpSink {
  readonly collector: Collector;

  private constructor(collector: Collector) {
    this.collector = collector;
  }

  /** @param files of `collector/`, on top of `agent.yaml`, for how it receives */
  static async start(files: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<OtlpSink> {
    const pipeline = { exporters: ['file'] };
    const collector = await Collector.start({
      files: ['agent.yaml', ...files],
      env: { COLLECTOR_GATEWAY: 'unused:1', ...env },
      overrides: {
        exporters: { file: { path: '${env:COLLECTOR_LOG_FILE}', flush_interval: '100ms', append: true } },
        service: { pipelines: { traces: pipeline, metrics: pipeline, logs: pipeline } },
      },
    });
    return new OtlpSink(collector);
  }

  /** Where a Collector sends OTLP. */
  get endpoint(): string {
    return this.collector.grpc;
  }

  async spans(): Promise<StoredSpan[]> {
    return (await this.#lines())
      .flatMap(({ resourceSpans = [] }) => resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  }

  async logs(): Promise<StoredLog[]> {
    return (await this.#lines())
      .flatMap(({ resourceLogs = [] }) => resourceLogs)
      .flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
  }

  async points(): Promise<StoredPoint[]> {
    return (await this.#lines())
      .flatMap(({ resourceMetrics = [] }) => resourceMetrics)
      .flatMap(({ resource, scopeMetrics }) =>
        scopeMetrics
          .flatMap(({ metrics }) => metrics)
          .flatMap(({ name, gauge, sum, histogram }) =>
            (gauge ?? sum ?? histogram)?.dataPoints.map((point) => ({
              ...point,
              name,
              resource: resource?.attributes ?? [],
            })),
          )
          .filter((point) => point !== undefined),
      );
  }

  stop(): Promise<void> {
    return this.collector.stop();
  }

  async #lines(): Promise<Line[]> {
    return (await this.collector.eventLines()).map((line) => JSON.parse(line) as Line);
  }
}
