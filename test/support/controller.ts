import { EventEmitter } from 'node:events';
import type {
  RebalanceController,
  RebalanceEventMap,
  RebalanceEventName,
  RebalanceEvents,
  RebalanceSnapshot,
  RebalanceStep,
} from 'opentelemetry-instrumentation-mesh-rebalance';

/** A controller as an app author would write it: Node's typed emitter with the two names. */
export class TestController extends EventEmitter<RebalanceEventMap> implements RebalanceController {
  readonly namespace: string | undefined;
  readonly cluster: string | undefined;
  declare snapshot?: () => RebalanceSnapshot | readonly RebalanceSnapshot[];
  declare executeStep?: (step: RebalanceStep, work: () => unknown) => unknown;

  constructor(namespace: string | undefined = 'payments', cluster: string | undefined = 'eu-1') {
    super();
    this.namespace = namespace;
    this.cluster = cluster;
  }

  /** Emits an event of the contract. */
  tell<E extends RebalanceEventName>(event: E, payload: RebalanceEvents[E]): void {
    (this as EventEmitter).emit(event, payload);
  }

  /** Emits what the types forbid. */
  tellRaw(event: RebalanceEventName, payload: unknown): void {
    (this as EventEmitter).emit(event, payload);
  }
}
