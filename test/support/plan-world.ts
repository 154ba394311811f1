import { expect } from 'chai';
import { instrument, type RebalanceInstrumentationOptions } from '../../lib/index.js';
import { TestClock } from './clock.js';
import { TestController } from './controller.js';
import { type Sample, sampleValue, select } from './exposition.js';
import { TestSdk } from './sdk.js';

const MINUTE = 60;

/** A controller whose clock is counted in minutes, and what its plans show. */
export class PlanWorld {
  readonly sdk = new TestSdk();
  readonly clock = new TestClock();
  readonly controller = new TestController();
  readonly #start = this.clock.now;

  /** @param before what is done before the controller is instrumented, which is in minute 300 then */
  constructor(
    options: RebalanceInstrumentationOptions = {},
    before?: (controller: TestController, start: number) => void,
  ) {
    if (before !== undefined) {
      before(this.controller, this.#start);
      this.at(300);
    }
    instrument(this.controller, { ...this.sdk.options, clock: this.clock.read, ...options });
  }

  at(minute: number): this {
    this.clock.now = this.#start + minute * 60_000;
    return this;
  }

  /** A plan at work, with one draining node. */
  begin(planId = 'p', shards = 10, node = 'a'): void {
    this.controller.tell('planCreated', { planId, shards });
    this.controller.tell('approvalRequested', { planId });
    this.controller.tell('approvalDecided', { planId, decision: 'approved' });
    this.controller.tell('drainStarted', { planId, node, shards });
  }

  startMove(shard: string, planId = 'p', source = 'a'): void {
    this.controller.tell('moveStarted', { planId, shard, source, target: 'z' });
  }

  endMove(shard: string, outcome: 'completed' | 'failed' = 'completed', planId = 'p'): void {
    const errorType = outcome === 'failed' ? 'timeout' : undefined;
    this.controller.tell('moveFinished', { planId, shard, outcome, errorType });
  }

  left(shardsRemaining: number, shards?: number, planId = 'p', node = 'a'): void {
    this.controller.tell('drainProgressed', { planId, node, shardsRemaining, shards });
  }

  trip(guardrail: string, planId: string | undefined = 'p'): void {
    this.controller.tell('guardrailTripped', { guardrail, planId });
  }

  clear(guardrail: string, planId: string | undefined = 'p'): void {
    this.controller.tell('guardrailCleared', { guardrail, planId });
  }

  async sees(planId = 'p', node = 'a') {
    const samples = await this.sdk.scrape();
    const value = (name: string, labels = {}) =>
      sampleValue(samples, `mesh_rebalance_${name}`, { plan_id: planId, ...labels });
    const minuteOf = (name: string, labels = {}) => {
      const seconds = value(name, labels);
      return seconds === undefined ? undefined : (seconds - this.#start / 1000) / MINUTE;
    };
    const minutes = (phase: string) => (value('duration_seconds', { phase }) as number) / MINUTE;
    return {
      progress: minuteOf('plan_progress_timestamp_seconds'),
      drainProgress: minuteOf('drain_progress_timestamp_seconds', { node }),
      heldSince: minuteOf('plan_held_since_timestamp_seconds'),
      held: reasonsOf(samples, planId),
      oldestMove: minuteOf('plan_oldest_move_timestamp_seconds'),
      drainMoving: value('drain_shards_moving', { node }),
      shards: value('plan_shards'),
      left: value('plan_shards_remaining'),
      work: minutes('work'),
      heldFor: minutes('held'),
      approval: minutes('approval'),
      total: minutes('total'),
    };
  }

  async invalid(reason: string): Promise<number | undefined> {
    return sampleValue(await this.sdk.scrape(), 'mesh_rebalance_invalid_events_total', { reason });
  }
}

function reasonsOf(samples: readonly Sample[], plan_id: string): (string | undefined)[] {
  return select(samples, 'mesh_rebalance_plan_held', { plan_id }).map(({ labels, value }) => {
    expect(value).to.equal(1);
    return labels['reason'];
  });
}
