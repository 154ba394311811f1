/** Decides which of several controllers leads a cluster. One of your own is a lease in etcd or in Kubernetes. */
export interface Lease {
  /**
   * Takes the lease where it is free, and keeps it where it is the candidate's: asked in every round of the control loop.
   *
   * @param now milliseconds since the Unix epoch
   * @returns true while the candidate leads
   */
  hold(candidate: string, now: number): boolean;
}

/** A controller that stands for election. */
export interface Candidacy {
  readonly lease: Lease;
  /** A name that no other candidate has. */
  readonly candidate: string;
}
