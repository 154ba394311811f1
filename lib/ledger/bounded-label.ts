import { OTHER } from '../contract/vocabulary.js';

const SHORT_NAME = /^\w[\w.:/-]{0,63}$/;

/**
 * A bounded set of label values: the first `limit` short names are kept as they are, everything else becomes `_OTHER`.
 */
export class Vocabulary {
  readonly #known = new Set<string>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  admit(value: string | undefined): string {
    if (value === undefined) return OTHER;
    if (this.#known.has(value)) return value;
    if (this.#known.size >= this.#limit || !SHORT_NAME.test(value)) return OTHER;
    this.#known.add(value);
    return value;
  }
}
