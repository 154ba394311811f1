import progress, { type MultiBar, type SingleBar } from 'cli-progress';
import type { PlanView } from '../mesh/control.js';
import { ageText, isLive, printable, stateText, waitingText, whereabouts } from './plan-text.js';

const BAR = { barsize: 24, barCompleteChar: '█', barIncompleteChar: '░' };
/** Lines of a terminal that are left to what is printed above the bars. */
const LINES_ABOVE = 4;
/** For a terminal that does not tell its size. */
const USUAL_ROWS = 24;

/** A bar for each live plan at the bottom of a terminal; a plan that ends becomes a line above them. */
export class PlanBars {
  readonly #terminal: NodeJS.WriteStream;
  readonly #multiBar: MultiBar;
  readonly #bars = new Map<string, SingleBar>();

  constructor(terminal: NodeJS.WriteStream) {
    this.#terminal = terminal;
    this.#multiBar = new progress.MultiBar({
      ...BAR,
      stream: terminal,
      format: '{plan}  {bar} {value}/{total}  {note}',
      hideCursor: true,
      // A line that moves up when a plan ends has to be drawn again although it says the same.
      forceRedraw: true,
      clearOnComplete: true,
      // Who shows the bars decides what a signal does.
      gracefulExit: false,
    });
  }

  /** Shows how plans are now. One that has ended is told once, if its bar was there. */
  show(plans: readonly PlanView[], now: number): void {
    for (const plan of plans.toSorted((a, b) => a.createdAt - b.createdAt)) {
      if (isLive(plan)) this.#update(plan, now);
      else this.#end(plan, now);
    }
  }

  /** Prints a line above the bars. */
  print(line: string): void {
    this.#multiBar.log(`${printable(line)}\n`);
    if (this.#bars.size === 0) this.#multiBar.update();
  }

  /** Takes the bars away and gives the cursor back. */
  close(): void {
    this.#multiBar.update();
    this.#multiBar.stop();
  }

  #update(plan: PlanView, now: number): void {
    const done = plan.shards - plan.shardsRemaining;
    const waiting = waitingText(plan, now);
    const payload = { plan: name(plan), note: printable(`${stateText(plan)}: ${waiting}`) };
    const bar = this.#bars.get(plan.id);
    if (bar !== undefined) {
      bar.setTotal(plan.shards);
      bar.update(done, payload);
    } else if (this.#bars.size < (this.#terminal.rows || USUAL_ROWS) - LINES_ABOVE) {
      this.#bars.set(plan.id, this.#multiBar.create(plan.shards, done, payload));
    }
  }

  #end(plan: PlanView, now: number): void {
    const bar = this.#bars.get(plan.id);
    if (bar === undefined) return;
    this.#bars.delete(plan.id);
    this.print(`${name(plan)}  ${stateText(plan)} after ${ageText(plan, now)}`);
    this.#multiBar.remove(bar);
  }
}

function name(plan: PlanView): string {
  return printable(`${whereabouts(plan).padEnd(16)} ${plan.id.padEnd(20)}`);
}
