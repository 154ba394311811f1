const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

/** A time in its two largest units, such as "1 h 4 min". */
export function duration(millis: number): string {
  if (millis < 1000) return `${Math.round(millis * 100) / 100} ms`;
  if (millis < 60_000) return `${Math.round(millis / 100) / 10} s`;
  let rest = Math.round(millis / 1000) * 1000;
  const parts: string[] = [];
  for (const [size, unit] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(' ');
}
