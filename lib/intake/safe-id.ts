import { createHash } from 'node:crypto';
import { OTHER } from '../contract/vocabulary.js';

/** Longest id that is kept as it is. */
export const MAX_ID_LENGTH = 256;

/**
 * Control characters, line separators and lone surrogates: what may break a text format or a terminal. Inside the
 * brackets of a regular expression.
 */
export const UNSAFE_CHARACTERS = '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ud800-\\udfff';
const UNSAFE = new RegExp(`[${UNSAFE_CHARACTERS}]`, 'u');
const UNSAFE_ALL = new RegExp(UNSAFE, 'gu');

/** True when `id` can stand as a label value, a span attribute and a map key as it is. */
export function isSafeId(id: string): boolean {
  if (id.length > MAX_ID_LENGTH || id === OTHER) return false;
  // A loop, because nearly every id is short ASCII and a regular expression costs several times as much.
  for (let i = 0; i < id.length; i += 1) {
    const unit = id.charCodeAt(i);
    if (unit < 0x20 || unit > 0x7e) return !UNSAFE.test(id);
  }
  return true;
}

/**
 * The nearest safe id: cut to the limit, unsafe characters replaced. It ends in a hash of the whole, so that two
 * different ids stay different.
 */
export function sanitizeId(id: string): string {
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 12);
  const kept = id.slice(0, MAX_ID_LENGTH - hash.length - 1).replace(UNSAFE_ALL, '\ufffd');
  return `${kept}~${hash}`;
}

/** The id as the ledger knows it. */
export function safeId(id: string): string {
  return isSafeId(id) ? id : sanitizeId(id);
}
