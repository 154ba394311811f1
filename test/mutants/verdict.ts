import type { Mutant } from './mutant.js';

/** Share of the mutants of a room that its tests must kill, those left out that no test can kill. */
const REQUIRED = 0.95;

/** Findings about the mutants that were tried. */
export interface Verdict {
  readonly lines: readonly string[];
  readonly isGood: boolean;
}

/**
 * @param equivalents reasons why a mutant cannot be killed, by its name
 * @param wasTried whether the mutants of a file were all tried
 */
export function verdict(
  mutants: readonly Mutant[],
  equivalents: Readonly<Record<string, string>>,
  wasTried: (file: string) => boolean,
): Verdict {
  const listed = new Set(Object.keys(equivalents));
  const scores = [...new Set(mutants.map(({ room }) => room))].sort().map((room) => {
    const counted = mutants.filter((mutant) => mutant.room === room && (mutant.isKilled || !listed.has(mutant.name)));
    const killed = counted.filter(({ isKilled }) => isKilled).length;
    const isEnough = killed >= REQUIRED * counted.length;
    const share = ((100 * killed) / counted.length).toFixed(1);
    return {
      isEnough,
      line: `${room}: ${killed} of ${counted.length} killed, ${share} %${isEnough ? '' : ': too few'}`,
    };
  });
  const survivors = mutants.filter(({ name, isKilled }) => !isKilled && !listed.has(name)).map(({ name }) => name);
  const stale = [...listed].filter((name) => wasTried(fileOf(name))).flatMap((name) => staleness(name, mutants));
  return {
    lines: [...survivors.map((name) => `survived: ${name}`), ...stale, ...scores.map(({ line }) => line)],
    isGood: stale.length === 0 && scores.every(({ isEnough }) => isEnough),
  };
}

function staleness(name: string, mutants: readonly Mutant[]): string[] {
  const found = mutants.filter((mutant) => mutant.name === name);
  if (found.length === 0) return [`listed as equivalent, but no longer there: ${name}`];
  return found.some(({ isKilled }) => !isKilled) ? [] : [`listed as equivalent, but killed: ${name}`];
}

function fileOf(name: string): string {
  return name.slice(0, name.indexOf(':'));
}
