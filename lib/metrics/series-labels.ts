import type { Attributes } from '@opentelemetry/api';

/** The labels of one series, kept for as long as their subject is shown. */
export class SeriesLabels<L extends Attributes = Attributes> {
  readonly attributes: L;
  /** What a writer of text has made of them: escaping costs more than everything else in a line. */
  text: string | undefined = undefined;

  constructor(attributes: L) {
    this.attributes = Object.freeze(attributes);
  }
}
