import { aBoolean, aNumber, maybe, type ReadBy, record } from '../intake/schema.js';

/** Schema of {@link Standing} as plain data. */
export const SAVED_STANDING = record({
  /** Undefined where the controller has never said so. */
  leading: maybe(aBoolean),
  decommissionedAt: maybe(aNumber),
  goneAt: aNumber,
});
type SavedStanding = ReadBy<typeof SAVED_STANDING>;

/** Time in milliseconds within which a second change after a change is no election any more. */
const SETTLED_MS = 10_000;

/** Standing of a controller: whether it leads its cluster, and since when the cluster is out of service. */
export class Standing {
  /** Undefined until the controller has said so. */
  leading: boolean | undefined;
  /** Milliseconds since the Unix epoch. */
  decommissionedAt: number | undefined;
  /** Time at which nothing is kept of a decommissioned cluster any more, by the ledger's own clock. */
  goneAt = 0;
  #changedAt = Number.NEGATIVE_INFINITY;
  #changedBefore = Number.NEGATIVE_INFINITY;

  /** The standing as plain data. */
  save(): SavedStanding {
    const { leading, decommissionedAt, goneAt } = this;
    return { leading, decommissionedAt, goneAt };
  }

  /** Whoever led when its process died stands by until it says that it leads again: another may have taken over. */
  load({ leading, decommissionedAt, goneAt }: SavedStanding): void {
    if (leading !== undefined) this.leading = false;
    this.decommissionedAt = decommissionedAt;
    this.goneAt = goneAt;
  }

  /** @returns whether the leadership has changed too often of late to be believed as an election */
  lead(leading: boolean, now: number): boolean {
    const flaps = now - this.#changedBefore < SETTLED_MS;
    this.leading = leading;
    this.#changedBefore = this.#changedAt;
    this.#changedAt = now;
    return flaps;
  }
}
