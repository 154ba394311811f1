/** One line that says what was aimed at, what came out, and whether that is enough. */
export function verdict(target: string, figure: string, reached: boolean): string {
  return `target ${target}: ${figure}, ${reached ? 'reached' : 'missed'}`;
}
