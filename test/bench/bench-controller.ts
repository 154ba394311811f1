import { EventEmitter } from 'node:events';
import type { RebalanceController, RebalanceEventMap } from 'opentelemetry-instrumentation-mesh-rebalance';

/** A controller that does nothing but emit. */
export class BenchController extends EventEmitter<RebalanceEventMap> implements RebalanceController {
  readonly namespace = 'bench';
  readonly cluster = 'eu-1';
}
