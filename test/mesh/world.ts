import {
  REBALANCE_EVENT_NAMES,
  type RebalanceEventMap,
  type RebalanceEventName,
  type RebalanceHandle,
} from 'opentelemetry-instrumentation-mesh-rebalance';
import { createMeshCluster, type MeshCluster, type MeshClusterOptions } from '../../examples/lab/cluster.js';
import { VirtualTimeline } from '../../examples/lab/virtual-timeline.js';
import type { MeshController } from '../../examples/mesh/controller.js';
import type { PlanRequest } from '../../examples/operator/controllable.js';

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

/** An event that a controller has emitted. `at` in virtual seconds since the start. */
export interface Emitted {
  readonly at: number;
  readonly event: RebalanceEventName;
  readonly payload: Record<string, unknown>;
}

/** Differences from a small mesh of the default policy. */
export interface WorldOptions extends Partial<Omit<MeshClusterOptions, 'instrumented' | 'timeline'>> {
  readonly timeline?: VirtualTimeline;
  /** @param clock milliseconds since the Unix epoch */
  readonly instrumented?: (controller: MeshController, clock: () => number) => RebalanceHandle;
}

const NO_TELEMETRY: RebalanceHandle = {
  disable() {},
  [Symbol.dispose]() {},
  async forceFlush() {},
  traceparent: () => undefined,
  explain: () => undefined,
};

/** A small simulated mesh in virtual time that writes down the events of its controller. */
export class World {
  readonly timeline: VirtualTimeline;
  readonly emitted: Emitted[] = [];
  readonly cluster: MeshCluster;

  constructor({
    instrumented = () => NO_TELEMETRY,
    timeline = new VirtualTimeline(START),
    ...options
  }: WorldOptions = {}) {
    this.timeline = timeline;
    this.cluster = createMeshCluster({
      namespace: 'payments',
      cluster: 'eu-1',
      seed: 7,
      timeline,
      nodes: 8,
      shards: 32,
      ...options,
      instrumented: (controller) => {
        this.#record(controller);
        return instrumented(controller, this.timeline.now);
      },
    });
  }

  get controller(): MeshController {
    return this.cluster.controller;
  }

  run(minutes: number): void {
    this.timeline.runUntil(this.timeline.now() + minutes * MINUTE);
  }

  /** Payloads of the events of one name. */
  events(event: keyof RebalanceEventMap): Emitted['payload'][] {
    return this.emitted.filter((one) => one.event === event).map(({ payload }) => payload);
  }

  /** The states that the controller itself, or a plan, went through. */
  states(planId?: string): unknown[] {
    return this.events('stateChanged')
      .filter((payload) => payload['planId'] === planId)
      .map(({ to }) => to);
  }

  /** Most moves that were ever under way at once. */
  mostMoves(): number {
    let moving = 0;
    let most = 0;
    for (const { event } of this.emitted) {
      if (event === 'moveStarted') moving += 1;
      if (event === 'moveFinished') moving -= 1;
      most = Math.max(most, moving);
    }
    return most;
  }

  #record(controller: MeshController): void {
    for (const event of REBALANCE_EVENT_NAMES) {
      controller.on(event, (payload: object = {}) => {
        this.emitted.push({ at: (this.timeline.now() - START) / 1000, event, payload: { ...payload } });
      });
    }
  }
}

/** A request to drain nodes. */
export function toDrain(nodes: readonly string[], approvalMode: PlanRequest['approvalMode'] = 'auto'): PlanRequest {
  return { drain: nodes, dryRun: false, approvalMode, requestedBy: 'grace', changeTicket: 'CHG-1' };
}
