import { TextEncoder } from 'node:util';

/** Bytes that are kept between two texts. */
const KEPT = 131_072;
const ENCODER = new TextEncoder();

/** Memory for the bytes of one text. */
export class TextMemory {
  /** What the next text may have, once nobody holds the bytes of this one. */
  readonly kept: Buffer;
  #used = 0;

  constructor(kept: Buffer) {
    this.kept = kept;
  }

  bytesOf(text: string): Buffer {
    const left = this.kept.subarray(this.#used);
    if (text.length > left.length) return Buffer.from(text);
    const { read, written } = ENCODER.encodeInto(text, left);
    if (read < text.length) return Buffer.from(text);
    this.#used += written;
    return left.subarray(0, written);
  }
}

/**
 * Memory that texts have one after the other, as far as it goes: to be given new pages by the system takes longer than to
 * fill them.
 */
export class SpareMemory {
  #spare: Buffer | undefined;

  lend(): TextMemory {
    const kept = this.#spare ?? Buffer.allocUnsafeSlow(KEPT);
    this.#spare = undefined;
    return new TextMemory(kept);
  }

  /** @param memory of a text whose bytes nobody holds any more */
  takeBack({ kept }: TextMemory): void {
    this.#spare = kept;
  }
}
