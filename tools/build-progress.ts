const LOOK_MS = 15_000;

/** Takes a line that says what is being made and how far it is. */
export type Say = (line: string) => void;

/** Standard output is for what a command was asked for. */
export const toStandardError: Say = (line) => void process.stderr.write(`${line}\n`);

/** Work that takes minutes. */
export interface LongWork<T> {
  /** Such as "jaeger: building with Go". */
  readonly title: string;
  /** Such as "about 6 min on two cores". */
  readonly usual: string;
  /** @param step to be called for each part that is done, such as a package that was compiled */
  readonly work: (step: () => void) => Promise<T>;
}

/** Does it, and says at the start, every 15 s and at the end where it stands. */
export async function withProgress<T>(say: Say, { title, usual, work }: LongWork<T>): Promise<T> {
  const start = performance.now();
  let steps = 0;
  const standing = () => `${elapsed(start)}${steps > 0 ? `, ${steps} packages compiled` : ''}`;
  say(`${title}, ${usual}`);
  const timer = setInterval(() => say(`${title}: ${standing()}`), LOOK_MS);
  try {
    const result = await work(() => {
      steps += 1;
    });
    say(`${title}: done after ${standing()}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}

function elapsed(start: number): string {
  const seconds = Math.round((performance.now() - start) / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
