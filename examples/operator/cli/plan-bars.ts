import { styleText } from 'node:util';
import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import type { PlanView } from '../controllable.js';
import { LiveArea, type Room } from './live-area.js';
import { clockTime, duration, isLive, stateText, waitingText, whereabouts } from './plan-text.js';
import { printable } from './printable.js';

/** Lines of a terminal that are left to what is printed above the bars. */
const LINES_ABOVE = 4;
const GAP = '  ';
/** Few, so that a text that grows or shrinks by a letter does not move all bars. */
const BAR_WIDTHS = [24, 16, 12, 8];
const LEAST_BAR_BESIDE_CLUSTER = 12;
/** Least width of an id, so that it can still be recognized. */
const LEAST_NAME = 16;

/** Columns of a plan, as text. */
type Cells = Readonly<Record<'name' | 'where' | 'count' | 'note', string>>;
type Style = 'green' | 'yellow' | 'red' | 'dim';

/** A bar for each live plan at the bottom of a terminal; a plan that ends becomes a line above them. */
export class PlanBars {
  readonly #area: LiveArea;
  readonly #paint: (style: Style, text: string) => string;
  readonly #shown = new Set<string>();
  readonly #reasons = new Map<string, string>();

  constructor(terminal: NodeJS.WriteStream) {
    this.#area = new LiveArea(terminal);
    const colours = terminal.hasColors?.() === true;
    this.#paint = (style, text) => (colours ? styleText(style, text) : text);
  }

  /** Shows how plans are now. One that has ended is printed once, if its bar was there. */
  show(plans: readonly PlanView[], now: number): void {
    const oldestFirst = plans.toSorted((a, b) => a.createdAt - b.createdAt);
    for (const plan of oldestFirst) {
      if (isLive(plan)) this.#shown.add(plan.id);
      else if (this.#shown.delete(plan.id)) this.#tellEnd(plan, now);
    }
    const live = oldestFirst.filter(isLive);
    this.#area.show((room) => this.#lines(live, now, room));
  }

  /** Keeps why a plan has ended, to be printed with its end. */
  because(planId: string, reason: string): void {
    this.#reasons.set(planId, reason);
  }

  /** Prints a line above the bars. */
  print(line: string): void {
    this.#area.print(printable(line));
  }

  /** Prints lines of ours above the bars, as they are. */
  printVerbatim(lines: readonly string[]): void {
    this.#area.printVerbatim(lines);
  }

  /** Leaves the bars as they are, and gives the terminal back. */
  close(): void {
    this.#area.close();
  }

  #tellEnd(plan: PlanView, now: number): void {
    const reason = this.#reasons.get(plan.id);
    this.#reasons.delete(plan.id);
    const { createdAt, endedAt = now } = plan;
    const state = this.#paint(plan.outcome === 'completed' ? 'green' : 'red', printable(stateText(plan)));
    const [before, after] = [
      `${clockTime(endedAt)} ${whereabouts(plan)} ${plan.id}`,
      `after ${duration(endedAt - createdAt)}${reason === undefined ? '' : `: ${reason}`}`,
    ];
    this.#area.print(`${printable(before)} ${state} ${printable(after)}`);
  }

  #lines(plans: readonly PlanView[], now: number, { columns, rows }: Room): string[] {
    if (plans.length === 0) return [];
    const most = Math.max(1, rows - LINES_ABOVE);
    const shown = plans.length > most ? plans.slice(0, most - 1) : plans;
    const cells = shown.map((plan) => ({
      plan,
      name: printable(plan.id),
      where: printable(whereabouts(plan)),
      count: `${plan.shards - plan.shardsRemaining}/${plan.shards}`,
      note: printable(`${stateText(plan)}: ${waitingText(plan, now)}`),
    }));
    const widths = layout(cells, columns);
    const lines = cells.map(({ plan, name, where, count, note }) => {
      const parts = [
        ...(widths.where > 0 ? [pad(where, widths.where)] : []),
        pad(cliTruncate(name, widths.name, { position: 'middle' }), widths.name),
        ...(widths.bar > 0 ? [this.#bar(plan, widths.bar)] : []),
        count.padStart(widths.count),
        plan.approval === undefined ? note : this.#paint('yellow', note),
      ];
      return cliTruncate(parts.join(GAP), columns);
    });
    const more = plans.length - shown.length;
    // An empty line keeps them apart from what was printed.
    return ['', ...lines, ...(more > 0 ? [cliTruncate(`and ${more} more plans`, columns)] : [])];
  }

  #bar({ shards, shardsRemaining, approval }: PlanView, width: number): string {
    const done = shards === 0 ? width : Math.floor((width * (shards - shardsRemaining)) / shards);
    return (
      this.#paint(approval === undefined ? 'green' : 'yellow', '█'.repeat(done)) +
      this.#paint('dim', '░'.repeat(width - done))
    );
  }
}

/** Width of each column; 0 for one that is left out. The cluster goes first, because most ids have it, then the bar. */
function layout(cells: readonly Cells[], columns: number) {
  const widest = (column: keyof Cells) => Math.max(...cells.map((row) => stringWidth(row[column])));
  const [count, note] = [widest('count'), widest('note')];
  const beside = count + note + 2 * GAP.length;
  const name = Math.min(widest('name'), Math.max(LEAST_NAME, columns - beside));
  const spare = columns - name - beside - GAP.length;
  const besideWhere = spare - widest('where') - GAP.length;
  const where = besideWhere >= LEAST_BAR_BESIDE_CLUSTER ? widest('where') : 0;
  const bar = BAR_WIDTHS.find((width) => width <= (where > 0 ? besideWhere : spare)) ?? 0;
  return { where, name, bar, count };
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}
