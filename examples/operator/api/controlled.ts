import type { RebalanceController } from 'opentelemetry-instrumentation-mesh-rebalance';
import type { Controllable } from '../controllable.js';

/** A controller that takes orders and emits events. */
export type ControlledController = Controllable & Pick<RebalanceController, 'on' | 'off'>;
