import type { MeshController } from '../mesh/controller.js';
import type { Timeline } from '../mesh/timeline.js';
import type { Random } from './random.js';

/** Time that a person takes to decide, in milliseconds: any between the two. */
export interface ApprovalDelay {
  readonly least: number;
  readonly most: number;
}

/** A simulated person who approves every plan in the end. */
export class Approver {
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #delay: ApprovalDelay;

  constructor(timeline: Timeline, random: Random, delay: ApprovalDelay) {
    this.#timeline = timeline;
    this.#random = random;
    this.#delay = delay;
  }

  /** Approves the plans of a controller, those that wait already included. */
  serve(controller: MeshController): void {
    const decideAll = () => {
      for (const plan of controller.plans()) if (plan.approval !== undefined) this.#decideLater(controller, plan.id);
    };
    decideAll();
    controller.on('leadershipChanged', decideAll);
    controller.on('approvalRequested', ({ planId }) => this.#decideLater(controller, planId));
  }

  #decideLater(controller: MeshController, planId: string): void {
    const { least, most } = this.#delay;
    this.#timeline.after(this.#random.between(least, most), () => {
      const waits = controller.plans().some((plan) => plan.id === planId && plan.approval !== undefined);
      if (controller.running && waits) controller.approve(planId, 'ada');
    });
  }
}
