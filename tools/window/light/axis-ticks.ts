const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 4, 6, 12].map((count) => count * HOUR),
];
const MOST = 5;

/** Where an axis that is so many milliseconds long has its marks: round times from its beginning on, six at most. */
export function axisTicks(length: number): number[] {
  const step = STEPS.find((each) => length <= MOST * each) ?? Math.ceil(length / (MOST * DAY)) * DAY;
  return Array.from({ length: Math.floor(Math.max(0, length) / step) + 1 }, (_, index) => index * step);
}
