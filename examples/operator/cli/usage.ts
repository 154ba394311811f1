import type { CommanderError } from 'commander';
import { closest, distance } from 'fastest-levenshtein';

/** One line that says how a command line is wrong. */
export function usageText({ message }: CommanderError, help: string): string {
  const [, what = ''] = /^(?:error: )?(.*)$/s.exec(message) ?? [];
  const sentences = what.trim().split('\n').map(withoutBrackets);
  const wrong = /argument '(.*)' is invalid\. Allowed choices are (.*)\.$/s.exec(message);
  const near = wrong === null ? '' : didYouMean(wrong[1] as string, (wrong[2] as string).split(', '));
  return `${sentences.map(asSentence).join(' ')}${near} ${help}`;
}

/** ` Did you mean X?`, where one of the candidates is near; else nothing. */
export function didYouMean(given: string, candidates: readonly string[]): string {
  if (candidates.length === 0) return '';
  const nearest = closest(
    given.toLowerCase(),
    candidates.map((candidate) => candidate.toLowerCase()),
  );
  const candidate = candidates.find((each) => each.toLowerCase() === nearest) as string;
  // As near as a slip of the hand: a third of the letters at most.
  return distance(given.toLowerCase(), nearest) <= Math.ceil(candidate.length / 3) ? ` Did you mean ${candidate}?` : '';
}

function withoutBrackets(line: string): string {
  return line.replace(/^\((.*)\)$/, '$1');
}

function asSentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(capital) ? capital : `${capital}.`;
}
