import type { Journal } from 'opentelemetry-instrumentation-mesh-rebalance';

/** The journal of a host, in memory: each process on the host reads what those before it have written. */
export class HostJournal {
  #text: string | undefined;

  /** @param lives whether the process is there: one that has crashed writes nothing more, whatever it had in mind */
  ofProcess(lives: () => boolean): Journal {
    return {
      read: () => this.#text,
      write: (text) => {
        if (lives()) this.#text = text;
      },
    };
  }
}
