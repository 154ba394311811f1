/** Values that a document here can hold. */
export type YamlValue =
  | string
  | number
  | boolean
  | readonly YamlValue[]
  | { readonly [key: string]: YamlValue | undefined };

/** Text that is itself when it stands in YAML without quotes, and nothing else, such as a number or `yes`. */
const PLAIN = /^(?!(?:true|false|yes|no|on|off|null|y|n)$)[A-Za-z][\w./-]*$/i;

/**
 * A document as YAML: texts of several lines as blocks, so that expressions can be read, every other text in the quotes
 * of JSON, which YAML shares, unless it is plain.
 */
export function yamlText(document: YamlValue): string {
  return `${node(document, '')}\n`.replace(/^\n/, '');
}

/** Text after `key:` or `-`, with the separator before it. */
function node(value: YamlValue, indent: string): string {
  if (typeof value === 'string') return ` ${scalar(value, indent)}`;
  if (typeof value !== 'object') return ` ${value}`;
  if (isList(value))
    return value.length === 0 ? ' []' : value.map((item) => `\n${indent}-${inItem(item, indent)}`).join('');
  const entries = Object.entries(value).filter((entry): entry is [string, YamlValue] => entry[1] !== undefined);
  if (entries.length === 0) return ' {}';
  return entries.map(([key, item]) => `\n${indent}${keyText(key)}:${node(item, `${indent}  `)}`).join('');
}

/** A list's item; the first line of a mapping stands beside the dash. */
function inItem(item: YamlValue, indent: string): string {
  const text = node(item, `${indent}  `);
  return text.startsWith('\n') ? ` ${text.slice(indent.length + 3)}` : text;
}

function scalar(text: string, indent: string): string {
  if (PLAIN.test(text)) return text;
  return isBlock(text) ? `|-${text.replaceAll(/^(?=.)/gm, indent).replace(/^/, '\n')}` : JSON.stringify(text);
}

/** True for a text that reads better as a block, and can be one: no control characters, and blanks only inside. */
function isBlock(text: string): boolean {
  return /["\n]/.test(text) && !/^\s|\s$|[^\P{Cc}\n]|[\u2028\u2029\u0085\ufeff]|\p{Cs}/u.test(text);
}

function keyText(key: string): string {
  return PLAIN.test(key) ? key : JSON.stringify(key);
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}
