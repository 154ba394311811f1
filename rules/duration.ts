/** A duration as Prometheus writes it. */
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const SECONDS = [31_536_000, 604_800, 86_400, 3_600, 60, 1];

/** The seconds of a duration such as `1h30m`, or undefined when it is none. */
export function secondsOf(duration: string): number | undefined {
  const match = duration === '' ? null : DURATION.exec(duration);
  if (match === null) return undefined;
  return SECONDS.reduce((sum, seconds, index) => sum + Number(match[index + 1] ?? 0) * seconds, 0);
}

/** The seconds of a duration that has been found to be one. */
export function inSeconds(duration: string): number {
  const seconds = secondsOf(duration);
  if (seconds === undefined) throw new RangeError(`not a duration: "${duration}"`);
  return seconds;
}
