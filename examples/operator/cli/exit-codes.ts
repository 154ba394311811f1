/** Exit codes of a command. */
export const EXIT = {
  ok: 0,
  refused: 1,
  usage: 2,
  unreachable: 3,
  /** What answers is no control API, and will be none when it is asked again. */
  malformed: 3,
  failed: 4,
  cancelled: 5,
  interrupted: 130,
} as const;

/** Reasons for which a command did not succeed. */
export type ExitReason = Exclude<keyof typeof EXIT, 'ok'>;

/** A failed command, in words for the operator. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly reason: ExitReason;

  constructor(reason: ExitReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
