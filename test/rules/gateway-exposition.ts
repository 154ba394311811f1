/** Milliseconds for which a gateway shows a series that it no longer receives: `metric_expiration` of its exporter. */
const EXPIRATION = 300_000;

interface Shown {
  readonly family: string;
  readonly value: string;
  readonly receivedAt: number;
}

/**
 * The `/metrics` of a gateway's Prometheus exporter, as `collector/gateway.yaml` sets it: the last value of each series,
 * without a timestamp, until nothing was received of it for five minutes.
 */
export class GatewayExposition {
  readonly #types = new Map<string, string>();
  readonly #series = new Map<string, Shown>();

  /** Takes over what a process exports. @param now milliseconds since the Unix epoch */
  receive(text: string, now: number): void {
    let family = '';
    for (const line of text.split('\n')) {
      const [, name, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
      if (name !== undefined && type !== undefined) {
        family = name;
        this.#types.set(name, type);
      } else if (line !== '' && !line.startsWith('#')) {
        const space = line.lastIndexOf(' ');
        this.#series.set(line.slice(0, space), { family, value: line.slice(space + 1), receivedAt: now });
      }
    }
  }

  /** The text of a scrape. @param now milliseconds since the Unix epoch */
  text(now: number): string {
    const families = new Map<string, string[]>();
    for (const [series, { family, value, receivedAt }] of this.#series) {
      if (now - receivedAt >= EXPIRATION) continue;
      const lines = families.get(family) ?? [`# TYPE ${family} ${this.#types.get(family)}`];
      families.set(family, lines);
      lines.push(`${series} ${value}`);
    }
    return [...families.values()].flatMap((lines) => [...lines, '']).join('\n');
  }
}
