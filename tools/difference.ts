const SHOWN = 100;

/** Says where a text begins to differ from the one that it should be, in one line. */
export function difference(found: string, wanted: string): string {
  const [is, shall] = [found.split('\n'), wanted.split('\n')];
  const line = shall.findIndex((text, index) => text !== is[index]);
  if (line < 0) return `line ${shall.length + 1} and all after it should not be there`;
  return `line ${line + 1} is ${excerpt(is[line], shall[line])}, its source makes ${excerpt(shall[line], is[line])}`;
}

/** The part of a line around the place where it differs from another: lines of generated JSON may be long. */
function excerpt(line: string | undefined, other: string | undefined): string {
  if (line === undefined) return 'missing';
  let start = 0;
  while (start < line.length && line[start] === other?.[start]) start += 1;
  const from = Math.max(0, start - SHOWN / 2);
  const part = line.slice(from, from + SHOWN);
  return JSON.stringify(`${from > 0 ? '…' : ''}${part}${from + SHOWN < line.length ? '…' : ''}`);
}
