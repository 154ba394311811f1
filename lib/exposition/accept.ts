/** Formats that a scrape may be answered in. */
export type Format = 'plain' | 'openMetrics';

/** The format of an answer, and how it is called. */
export interface Negotiated {
  readonly format: Format;
  readonly contentType: string;
}

const PLAIN: Negotiated = { format: 'plain', contentType: 'text/plain; version=0.0.4; charset=utf-8' };
const openMetrics = (version: string): Negotiated => ({
  format: 'openMetrics',
  contentType: `application/openmetrics-text; version=${version}; charset=utf-8`,
});
/** By type and version: what a client may ask for that we have. The version that is not said is the first one. */
const OFFERS: Readonly<Record<string, Readonly<Record<string, Negotiated>>>> = {
  'application/openmetrics-text': { '1.0.0': openMetrics('1.0.0'), '0.0.1': openMetrics('0.0.1') },
  'text/plain': { '0.0.4': PLAIN },
  'text/*': { '0.0.4': PLAIN },
  '*/*': { '0.0.4': PLAIN },
};

/** Headers that are remembered: every scraper asks the same each time. */
const MOST_REMEMBERED = 16;

/** Chooses what the client likes best of what we have, and the plain text where that is nothing. */
export const negotiate = remembering((accept): Negotiated => {
  let best = PLAIN;
  let bestQuality = 0;
  for (const { value, parameters, quality } of preferences(accept)) {
    const offers = Object.hasOwn(OFFERS, value) ? OFFERS[value] : undefined;
    const version = parameters.get('version') ?? Object.keys(offers ?? {})[0];
    const offer = version !== undefined && offers && Object.hasOwn(offers, version) ? offers[version] : undefined;
    if (offer === undefined || quality <= bestQuality) continue;
    best = offer;
    bestQuality = quality;
  }
  return best;
});

/** True where the client asks for gzip, and does not refuse it. */
export const acceptsGzip = remembering((acceptEncoding): boolean => {
  const all = [...preferences(acceptEncoding)];
  const found =
    all.find(({ value }) => value === 'gzip' || value === 'x-gzip') ?? all.find(({ value }) => value === '*');
  return found !== undefined && found.quality > 0;
});

/** Keeps what `read` made of the last few headers. */
function remembering<T>(read: (header: string) => T): (header: string | undefined) => T {
  const known = new Map<string, T>();
  return (header = '') => {
    const remembered = known.get(header);
    if (remembered !== undefined) return remembered;
    const made = read(header);
    if (known.size === MOST_REMEMBERED) known.clear();
    known.set(header, made);
    return made;
  };
}

interface Preference {
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

function* preferences(header: string): Generator<Preference> {
  for (const item of header.toLowerCase().split(',')) {
    const [value = '', ...rest] = item.split(';').map((part) => part.trim());
    const parameters = new Map<string, string>();
    for (const parameter of rest) {
      const [name = '', text = ''] = parameter.split('=').map((part) => part.trim());
      parameters.set(name, text.replace(/^"(.*)"$/, '$1'));
    }
    const quality = Number(parameters.get('q') ?? 1);
    yield { value, parameters, quality: quality >= 0 && quality <= 1 ? quality : 0 };
  }
}
