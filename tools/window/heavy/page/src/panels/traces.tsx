import { spansOf } from '../trace/frames';
import { Waterfall } from '../trace/waterfall';
import type { Drawing } from './drawing';

/** A trace below the same axis as the graphs of its page. */
export function Traces({ frames, context, width, height }: Drawing) {
  const { range } = context;
  return <Waterfall spans={spansOf(frames)} until={range.to.valueOf()} {...{ range, width, height }} />;
}
