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

/** Chooses what the client likes best of what we have, and the plain text where that is nothing. */
export function negotiate(accept: string | undefined): Negotiated {
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
}

/** True where the client asks for gzip, and does not refuse it. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const all = [...preferences(acceptEncoding)];
  const found =
    all.find(({ value }) => value === 'gzip' || value === 'x-gzip') ?? all.find(({ value }) => value === '*');
  return found !== undefined && found.quality > 0;
}

interface Preference {
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

function* preferences(header = ''): Generator<Preference> {
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
