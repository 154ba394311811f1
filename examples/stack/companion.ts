/** A program that the demo starts and stops. */
export interface Companion {
  readonly name: string;
  readonly url: string;
  /** True where a browser finds something at its address. */
  readonly hasPage: boolean;
  /** A command that shows what it has been given. */
  readonly look?: string;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

/** Addresses that a companion is wired to. */
export interface Wiring {
  readonly metricsPort: number;
  /** Address to which the alerts' links to runbooks lead. */
  readonly runbooksUrl: string;
  /** Receiver of the alerts of Prometheus. */
  readonly alertmanager?: Companion;
  /** Ends the wait for it to be ready. */
  readonly signal: AbortSignal;
}
