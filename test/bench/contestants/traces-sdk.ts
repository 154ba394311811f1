import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { SPANS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';

/** A tracer provider as an app has it, but for what it sends. */
export function tracesSdk() {
  const exporter = new DroppingExporter();
  return { exporter, tracerProvider: new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] }) };
}

class DroppingExporter implements SpanExporter {
  moves = 0;

  export(spans: ReadableSpan[], done: Parameters<SpanExporter['export']>[1]): void {
    for (const { name } of spans) if (name === SPANS.move.name) this.moves += 1;
    done({ code: 0 });
  }

  async shutdown(): Promise<void> {}
}
