/** Stands where a series has no sample. No metric of the package is ever NaN. */
export const GAP = Number.NaN;

/** The samples of one series: one value, or {@link GAP}, for each scrape from the first on. */
export interface Series {
  readonly name: string;
  /** As scraped, with `job` and `instance`, without the braces. */
  readonly labels: string;
  /** Index of the first scrape that had it. */
  readonly first: number;
  readonly values: number[];
}

/** All series of one metric. */
export interface Family {
  readonly name: string;
  readonly type: string;
  readonly series: Series[];
}

/**
 * Everything that was scraped. A sample costs eight bytes, because its time is its place in the series: a fleet's hour
 * is millions of them.
 */
export class Samples {
  readonly job: string;
  readonly #families = new Map<string, Family>();

  constructor(job: string) {
    this.job = job;
  }

  /** Every metric, by name. */
  families(): Family[] {
    return [...this.#families.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Samples of one metric, by its exact name: for a histogram with its suffix. */
  series(name: string): Series[] {
    return this.families().flatMap(({ series }) => series.filter((candidate) => candidate.name === name));
  }

  target(instance: string): TargetSamples {
    return new TargetSamples(`job="${this.job}",instance="${instance}"`, (name, type) => this.#family(name, type));
  }

  #family(name: string, type: string): Family {
    let family = this.#families.get(name);
    if (family === undefined) {
      family = { name, type, series: [] };
      this.#families.set(name, family);
    }
    return family;
  }
}

/** The samples of one scrape target. */
export class TargetSamples {
  readonly #labels: string;
  readonly #family: (name: string, type: string) => Family;
  /** By what stands before the value in a scrape. */
  readonly #series = new Map<string, Series>();

  constructor(labels: string, family: (name: string, type: string) => Family) {
    this.#labels = labels;
    this.#family = family;
  }

  /**
   * Takes one scrape in.
   *
   * @param index number of the scrape; they must come in order
   * @param text what the target answered; undefined when it is down
   */
  add(index: number, text: string | undefined): void {
    this.#append(index, this.#family('up', 'gauge'), 'up', text === undefined ? 0 : 1);
    if (text === undefined) return;
    let family: Family | undefined;
    for (let start = 0; start < text.length; ) {
      const newline = text.indexOf('\n', start);
      const end = newline === -1 ? text.length : newline;
      if (text.startsWith('# TYPE ', start)) {
        const [name, type] = text.slice(start + '# TYPE '.length, end).split(' ') as [string, string];
        family = this.#family(name, type);
      } else if (end > start && text[start] !== '#' && family !== undefined) {
        const space = text.lastIndexOf(' ', end - 1);
        this.#append(index, family, text.slice(start, space), Number(text.slice(space + 1, end)));
      }
      start = end + 1;
    }
  }

  #append(index: number, family: Family, key: string, value: number): void {
    let series = this.#series.get(key);
    if (series === undefined) {
      series = this.#create(index, key);
      this.#series.set(key, series);
      family.series.push(series);
    }
    while (series.first + series.values.length < index) series.values.push(GAP);
    series.values.push(value);
  }

  #create(first: number, key: string): Series {
    const brace = key.indexOf('{');
    if (brace === -1) return { name: key, labels: this.#labels, first, values: [] };
    return { name: key.slice(0, brace), labels: `${key.slice(brace + 1, -1)},${this.#labels}`, first, values: [] };
  }
}
