import { OTHER } from '../contract/vocabulary.js';

const SHORT_NAME = /^\w[\w.:/-]{0,63}$/;

/** A bounded set of label values: the first `limit` short names stay as they are, everything else becomes `_OTHER`. */
export class BoundedLabel {
  readonly #known = new Set<string>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The label value that stands for a name, which gets no place of its own by being asked for. */
  valueOf(name: string): string {
    return this.#known.has(name) ? name : OTHER;
  }

  /** The label value that stands for a name, which takes a place of its own while there is one. */
  resolve(name: string | undefined): string {
    if (name === undefined) return OTHER;
    if (this.#known.has(name)) return name;
    if (this.#known.size >= this.#limit || !SHORT_NAME.test(name)) return OTHER;
    this.#known.add(name);
    return name;
  }
}
