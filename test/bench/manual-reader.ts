import { MetricReader } from '@opentelemetry/sdk-metrics';

/** A reader that collects when told to, and sends nothing anywhere. */
export class ManualReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}
