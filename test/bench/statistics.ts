export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] as number) + (sorted[Math.floor(middle)] as number)) / 2;
}

/** The value below which a share of the values lies; undefined for none. */
export function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Slope of a straight line through points, with the half width of its 95 % interval. */
export interface Slope {
  readonly slope: number;
  readonly margin: number;
}

/**
 * Ordinary least squares.
 *
 * @param studentT two-sided 95 % value of Student's t for two degrees of freedom fewer than there are points
 */
export function linearSlope(points: readonly Point[], studentT: number): Slope {
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const spreadX = sum(points.map(({ x }) => (x - meanX) ** 2));
  const slope = sum(points.map(({ x, y }) => (x - meanX) * (y - meanY))) / spreadX;
  const residuals = sum(points.map(({ x, y }) => (y - meanY - slope * (x - meanX)) ** 2));
  return { slope, margin: studentT * Math.sqrt(residuals / (points.length - 2) / spreadX) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
