/**
 * Control and format characters (writing direction, joiners), line separators, halves of pairs, and whatever else takes no
 * room on a screen.
 */
const STEERING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** A text from elsewhere, without what could steer a terminal, break a line or deceive its reader. */
export function printable(text: string): string {
  return text.replace(STEERING, '?');
}

/** JSON that says the same, without what could steer a terminal or deceive its reader. */
export function printableJson(json: string): string {
  // A line break is not within a text of JSON.
  return json.replace(STEERING, (character) => (character === '\n' ? character : escaped(character)));
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/** A word that is one word for a shell, whatever is in it. */
export function shellWord(text: string): string {
  return /^[\w.@%+,:/=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
