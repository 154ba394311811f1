import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { collectGarbage } from './garbage.js';
import { livePlans } from './live-plans.js';
import { longestHold } from './longest-hold.js';
import { seriesCount } from './series.js';
import { median } from './statistics.js';
import { textTable } from './text-table.js';
import { verdict } from './verdict.js';

const PLANS = 10_000;
const COLLECTIONS = 10;
const TARGET_MS = 50;

const { producer, disable } = livePlans(PLANS);
collectGarbage();
const holds: number[] = [];
const totals: number[] = [];
let series = 0;
for (let i = 0; i < COLLECTIONS; i += 1) {
  const { hold, total, result } = await longestHold(() => producer.collect());
  holds.push(hold);
  totals.push(total);
  series = seriesCount(result);
}
const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
const { resourceMetrics } = await producer.collect();
const serialization = await longestHold(async () => serializer.serialize(resourceMetrics).length);
disable();

console.log(`${PLANS} live plans with four open drains each, ${series} series, ${COLLECTIONS} collections`);
console.log(
  textTable(
    ['ms', 'first', 'median', 'max'],
    [
      ['event loop held at a stretch', ...[holds[0] as number, median(holds), Math.max(...holds)].map(ms)],
      ['whole collection', ...[totals[0] as number, median(totals), Math.max(...totals)].map(ms)],
    ],
  ),
);
console.log(verdict(`median at most ${TARGET_MS} ms`, `${ms(median(holds))} ms`, median(holds) <= TARGET_MS));
console.log(verdict(`max at most ${TARGET_MS} ms`, `${ms(Math.max(...holds))} ms`, Math.max(...holds) <= TARGET_MS));
console.log(
  `for comparison: the exporter's serializer then holds the loop for ${ms(serialization.hold)} ms in one stretch`,
);

function ms(value: number): string {
  return value.toFixed(1);
}
