import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { collectGarbage } from './garbage.js';
import { measureInterleaved } from './interleaved.js';
import { livePlans } from './live-plans.js';
import { promClientTwin, samplesOf } from './prom-client-twin.js';
import { seriesCount } from './series.js';
import { quick } from './settings.js';
import { textTable } from './text-table.js';

const SIZES = [1, 10, 100, 1_000];
const ROUNDS = quick ? 5 : 25;
/** Many runs of what is short, few of what is long. */
const PLANS_PER_ROUND = 1_000;
const MOST_ITERATIONS = 200;

/** Without `target_info` and scope labels, as `rebalancePrometheusExporter()` prints: prom-client has neither. */
const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);

async function measure(plans: number) {
  const { producer, disable } = livePlans(plans);
  const produced = await producer.collect();
  const registry = promClientTwin(produced);
  const ourText = serializer.serialize(produced.resourceMetrics);
  const promClientText = await registry.metrics();
  if (samplesOf(ourText) !== samplesOf(promClientText)) throw new Error('the two do not hold the same series');
  collectGarbage();
  const milliseconds = await measureInterleaved(
    {
      async collect() {
        await producer.collect();
        return undefined;
      },
      async serialize() {
        serializer.serialize(produced.resourceMetrics);
        return undefined;
      },
      async promClientCollect() {
        await registry.getMetricsAsJSON();
        return undefined;
      },
      async promClientText() {
        await registry.metrics();
        return undefined;
      },
    },
    { rounds: ROUNDS, warmup: 3, iterations: Math.max(1, Math.min(MOST_ITERATIONS, PLANS_PER_ROUND / plans)) },
  );
  disable();
  return {
    plans,
    series: seriesCount(produced),
    ourBytes: Buffer.byteLength(ourText),
    promClientBytes: Buffer.byteLength(promClientText),
    ...milliseconds,
    scrape: milliseconds.collect + milliseconds.serialize,
  };
}

const results: Awaited<ReturnType<typeof measure>>[] = [];
for (const plans of SIZES) results.push(await measure(plans));

const ms = (value: number) => value.toFixed(value < 1 ? 3 : 1);
const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(0)} %`;

console.log(
  `Live plans with four open drains each; ms, median of ${ROUNDS} interleaved rounds. Both sides hold the same series,\n` +
    "compared line by line; the SDK's own meters are in neither.",
);
console.log(
  textTable(
    [
      'plans',
      'series',
      'our bytes',
      'prom-client bytes',
      'our collect',
      'serializer',
      'our scrape',
      'collect is',
      'rest is',
    ],
    results.map((result) => [
      String(result.plans),
      String(result.series),
      String(result.ourBytes),
      String(result.promClientBytes),
      ms(result.collect),
      ms(result.serialize),
      ms(result.scrape),
      percent(result.collect, result.scrape),
      percent(result.serialize, result.scrape),
    ]),
  ),
);
console.log(
  '\nprom-client has its samples ready made, and its getMetricsAsJSON() lists them; our collect() computes them.',
);
console.log(
  textTable(
    ['plans', 'prom-client collect', 'prom-client scrape', 'ours/prom-client collect', 'ours/prom-client scrape'],
    results.map((result) => [
      String(result.plans),
      ms(result.promClientCollect),
      ms(result.promClientText),
      (result.collect / result.promClientCollect).toFixed(1),
      (result.scrape / result.promClientText).toFixed(2),
    ]),
  ),
);
