import type { AbsoluteTimeRange, DataFrame, FieldConfigSource } from '@grafana/data';
import type { Panel } from '../dashboard';
import type { Exemplar } from '../exemplars';
import type { Context } from '../interpolate';
import type { Mark } from '../marks';

/** What every drawing of a panel gets. */
export interface Drawing {
  readonly panel: Panel;
  readonly fieldConfig: FieldConfigSource;
  readonly frames: DataFrame[];
  readonly exemplars: readonly Exemplar[];
  readonly marks: readonly Mark[];
  readonly context: Context;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly onRange: (range: AbsoluteTimeRange) => void;
}
