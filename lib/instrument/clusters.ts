import type { RebalanceController } from '../contract/controller.js';
import { UNKNOWN } from '../contract/vocabulary.js';
import { describe } from '../intake/describe.js';
import { PayloadReader } from '../intake/payload-reader.js';
import type { Problem } from '../intake/problem.js';
import { messageOf } from '../otel/diagnostics.js';
import { ClusterTelemetry, type TelemetryParts } from './cluster-telemetry.js';

/** The clusters that one controller speaks of: which of them an event belongs to, and how many there may be. */
export class Clusters {
  readonly #parts: TelemetryParts;
  readonly #onAdded: (telemetry: ClusterTelemetry) => void;
  readonly #byName = new Map<string, Map<string, ClusterTelemetry>>();
  #count = 0;
  #namespace: string | undefined;
  #cluster: string | undefined;
  /** Cluster of events that name none. */
  #default: ClusterTelemetry | undefined;

  constructor(parts: TelemetryParts, onAdded: (telemetry: ClusterTelemetry) => void) {
    this.#parts = parts;
    this.#onAdded = onAdded;
  }

  /** Takes the names that the controller or the options give, for events that name none. */
  readIdentity(controller: RebalanceController): void {
    const { options } = this.#parts;
    const read = new PayloadReader();
    const { namespace, cluster } = controller;
    this.#namespace = read.optionalId(namespace, 'namespace') ?? options.namespace;
    this.#cluster = read.optionalId(cluster, 'cluster') ?? options.cluster;
    if (this.#namespace !== undefined && this.#cluster !== undefined) {
      this.#default = this.#add(this.#namespace, this.#cluster);
    }
    read.report((problem) => this.fallback().report(problem), 'instrument()', controller, true);
  }

  /** Names for a message. */
  get identity(): string {
    return [this.#namespace ?? UNKNOWN, this.#cluster ?? UNKNOWN].join('/');
  }

  *all(): Generator<ClusterTelemetry> {
    for (const clusters of this.#byName.values()) yield* clusters.values();
  }

  /** Takes those out whose retention is over since they were decommissioned, so that others have their places. */
  takeGone(now: number): ClusterTelemetry[] {
    const gone = [...this.all()].filter((telemetry) => telemetry.isGone(now));
    for (const telemetry of gone) {
      this.#byName.get(telemetry.namespace)?.delete(telemetry.cluster);
      this.#count -= 1;
      if (telemetry === this.#default) this.#default = undefined;
    }
    return gone;
  }

  get(namespace: string, cluster: string): ClusterTelemetry | undefined {
    return this.#byName.get(namespace)?.get(cluster);
  }

  /** The cluster of an event. Undefined when it is one too many, or when its name cannot be read. */
  of(event: string, payload: unknown): ClusterTelemetry | undefined {
    let namespace: unknown;
    let cluster: unknown;
    if (typeof payload === 'object' && payload !== null) {
      try {
        ({ namespace, cluster } = payload as { namespace?: unknown; cluster?: unknown });
      } catch (error) {
        this.unreadable(event, 'namespace', error);
        return undefined;
      }
    }
    if (namespace === undefined && cluster === undefined && this.#default !== undefined) return this.#default;
    const known = this.get((namespace ?? this.#namespace) as string, (cluster ?? this.#cluster) as string);
    return known ?? this.#named(event, namespace ?? this.#namespace, cluster ?? this.#cluster);
  }

  /** Cluster at which problems are counted that belong to none. */
  fallback(): ClusterTelemetry {
    const namespace = this.#namespace ?? UNKNOWN;
    const cluster = this.#cluster ?? UNKNOWN;
    return this.#default ?? this.get(namespace, cluster) ?? this.#add(namespace, cluster);
  }

  /** Counts something that threw when it was read. */
  unreadable(event: string, field: string, cause: unknown): void {
    const says = () => `reading ${field} threw: ${messageOf(cause)}; it was dropped`;
    const problem: Problem = { reason: 'unreadable', event, field, says };
    this.#parts.guard.run('counting a problem', () => this.fallback().report(problem));
  }

  #named(event: string, rawNamespace: unknown, rawCluster: unknown): ClusterTelemetry | undefined {
    const read = new PayloadReader();
    const namespace = nameOf(read, rawNamespace, 'namespace', this.#namespace);
    const cluster = nameOf(read, rawCluster, 'cluster', this.#cluster);
    const known = this.get(namespace, cluster);
    const { maxClusters } = this.#parts.options;
    const isFull = known === undefined && this.#count >= maxClusters;
    const telemetry = isFull ? undefined : (known ?? this.#add(namespace, cluster));
    read.report((problem) => this.fallback().report(problem), event, undefined, !isFull);
    if (isFull) {
      const says = () =>
        `cluster ${describe(cluster)} of ${describe(namespace)} is one too many: maxClusters is ${maxClusters}; ` +
        'the event was dropped';
      this.fallback().report({ reason: 'limit', event, field: 'cluster', says });
    }
    return telemetry;
  }

  #add(namespace: string, cluster: string): ClusterTelemetry {
    const telemetry = new ClusterTelemetry(namespace, cluster, this.#parts);
    const clusters = this.#byName.get(namespace) ?? new Map<string, ClusterTelemetry>();
    clusters.set(cluster, telemetry);
    this.#byName.set(namespace, clusters);
    this.#count += 1;
    this.#parts.guard.run('adding series', () => this.#onAdded(telemetry));
    return telemetry;
  }
}

/** The name as it came, else the controller's, else `unknown`. */
function nameOf(read: PayloadReader, raw: unknown, field: 'namespace' | 'cluster', own: string | undefined): string {
  const kept = () =>
    own === undefined
      ? `the event was kept under ${field} ${UNKNOWN}; set it on the controller, in the options, or on each event`
      : `the event was kept under ${describe(own)}`;
  return read.expectedId(raw, field, kept) ?? own ?? UNKNOWN;
}
