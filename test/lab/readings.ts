import type { Samples, Series } from '../../examples/lab/samples.js';

/** The labels of a series. */
export function labelsOf({ labels }: Series): Record<string, string> {
  return Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}

/** Samples of a metric as they were scraped; the short name without `mesh_rebalance_`. */
export class Readings {
  readonly #samples: Samples;

  constructor(samples: Samples) {
    this.#samples = samples;
  }

  series(name: string, labels: Record<string, string> = {}): Series[] {
    return this.#samples
      .series(name === 'up' ? name : `mesh_rebalance_${name}`)
      .filter((series) => matches(labelsOf(series), labels));
  }

  /** The value of each matching series at the end of its life. */
  last(name: string, labels: Record<string, string> = {}): number[] {
    return this.series(name, labels).map(({ values }) => values.at(-1) ?? Number.NaN);
  }

  /** The values of the one series that matches; gaps are left out. */
  values(name: string, labels: Record<string, string>): number[] {
    const found = this.series(name, labels);
    if (found.length !== 1) throw new Error(`${found.length} series of ${name} ${JSON.stringify(labels)}`);
    return (found[0] as Series).values.filter((value) => !Number.isNaN(value));
  }

  /** The ids of the plans of a cluster, in the order in which they came. */
  plans(cluster: string): string[] {
    return this.series('plan_shards', { cluster }).map((series) => labelsOf(series)['plan_id'] as string);
  }
}

function matches(labels: Record<string, string>, wanted: Record<string, string>): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}
