import { UNSAFE_CHARACTERS } from './safe-id.js';

/** Characters that turn the direction of a line around, so that it reads as something else than it says. */
const DIRECTION = '\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069';
const UNPRINTABLE = new RegExp(`[${UNSAFE_CHARACTERS}${DIRECTION}]+`, 'gu');

/** Text for a person to read on one line: bounded, without what could break a terminal, a log line or its direction. */
export function printable(text: string, limit: number): string {
  const cut = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  return cut.replace(UNPRINTABLE, ' ');
}
