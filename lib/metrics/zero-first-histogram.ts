import { PHASE_DURATION_BOUNDS } from './definitions.js';

/** The value of a histogram, as OpenTelemetry's SDK has it. */
export interface HistogramValue {
  readonly buckets: { readonly boundaries: number[]; readonly counts: number[] };
  readonly sum: number;
  readonly count: number;
}

/** The last observation of a bucket, and the trace in which it was made. */
export interface Exemplar {
  /** 32 hex digits. */
  readonly traceId: string;
  readonly value: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** A histogram that is read as empty until it is ripe, for the reason that {@link ZeroFirstCounter} has. */
export class ZeroFirstHistogram {
  /** Milliseconds since the Unix epoch. */
  readonly bornAt: number;
  readonly #ripeAt: number;
  /** The last one is of what exceeds every bound. */
  readonly #counts: number[] = emptyCounts();
  /** By bucket, changed in place: an observation leaves no garbage. */
  readonly #exemplars: ({ -readonly [K in keyof Exemplar]: Exemplar[K] } | undefined)[] = [];
  #sum = 0;
  #count = 0;

  /** @param ripeAt milliseconds of {@link SteadyTime} */
  constructor(bornAt: number, ripeAt: number) {
    this.bornAt = bornAt;
    this.#ripeAt = ripeAt;
  }

  /**
   * @param traceId 32 hex digits, or empty without tracing
   * @param at milliseconds since the Unix epoch
   */
  observe(value: number, traceId: string, at: number): void {
    let bucket = 0;
    while (value > (PHASE_DURATION_BOUNDS[bucket] ?? Number.POSITIVE_INFINITY)) bucket += 1;
    (this.#counts[bucket] as number) += 1;
    this.#sum += value;
    this.#count += 1;
    if (traceId === '') return;
    const last = this.#exemplars[bucket];
    if (last === undefined) this.#exemplars[bucket] = { traceId, value, at };
    else {
      last.traceId = traceId;
      last.value = value;
      last.at = at;
    }
  }

  /** By bucket. They change with the next observation. @param at milliseconds of {@link SteadyTime} */
  exemplars(at: number): readonly (Exemplar | undefined)[] {
    return at >= this.#ripeAt ? this.#exemplars : [];
  }

  /**
   * A copy, because events go on while a collection is written.
   *
   * @param at milliseconds of {@link SteadyTime}
   */
  read(at: number): HistogramValue {
    const isRipe = at >= this.#ripeAt;
    const counts = isRipe ? [...this.#counts] : emptyCounts();
    const buckets = { boundaries: [...PHASE_DURATION_BOUNDS], counts };
    return { buckets, sum: isRipe ? this.#sum : 0, count: isRipe ? this.#count : 0 };
  }
}

function emptyCounts(): number[] {
  return Array<number>(PHASE_DURATION_BOUNDS.length + 1).fill(0);
}
