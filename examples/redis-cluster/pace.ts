/** Paces a loop: a rest ends when its time is over, or when somebody has news. */
export class Pace {
  #nudged = false;
  #wake: () => void = () => {};

  /** Ends the rest, or spares the next one. */
  nudge(): void {
    this.#nudged = true;
    this.#wake();
  }

  async rest(ms: number): Promise<void> {
    if (!this.#nudged) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#nudged = false;
  }
}
