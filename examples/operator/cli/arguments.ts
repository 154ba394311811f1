import { InvalidArgumentError } from 'commander';
import { requireSecret } from '../secret.js';

/**
 * An id of a plan, a namespace or a cluster, as a path can carry it.
 *
 * @throws InvalidArgumentError for a text that would make it the path of something else
 */
export function parseName(text: string): string {
  if (text.trim() !== '' && text !== '.' && text !== '..') return text;
  throw new InvalidArgumentError('Give a name that is neither empty nor made of dots.');
}

/** @throws InvalidArgumentError that says what to set */
export function parseSecret(text: string): string {
  try {
    return requireSecret('MESH_CONTROL_TOKEN', text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
