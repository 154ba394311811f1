/**
 * Parses JSON that may be of anybody.
 *
 * @throws Error also where it is nested deeper than it could be printed
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  JSON.stringify(value);
  return value;
}
