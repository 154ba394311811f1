import type { RebalanceMetricProducer } from '../../../lib/index.js';
import type { Point } from './messages.js';

/** Every value that a producer shows now. */
export async function pointsOf(producer: RebalanceMetricProducer): Promise<Point[]> {
  const { resourceMetrics } = await producer.collect();
  return resourceMetrics.scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => ({ name: descriptor.name, attributes, value: value as number })),
    );
}
