export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] as number) + (sorted[Math.floor(middle)] as number)) / 2;
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

/** Two-sided 95 % values of Student's t by degrees of freedom. */
const STUDENT_T = new Map([
  [8, 2.306],
  [18, 2.101],
  [38, 2.024],
]);

/** Ordinary least squares. */
export function linearSlope(points: readonly Point[]): Slope {
  const freedom = points.length - 2;
  const critical = STUDENT_T.get(freedom);
  if (critical === undefined) throw new RangeError(`no value of Student's t for ${freedom} degrees of freedom`);
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const spreadX = sum(points.map(({ x }) => (x - meanX) ** 2));
  const slope = sum(points.map(({ x, y }) => (x - meanX) * (y - meanY))) / spreadX;
  const residuals = sum(points.map(({ x, y }) => (y - meanY - slope * (x - meanX)) ** 2));
  return { slope, margin: critical * Math.sqrt(residuals / freedom / spreadX) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
