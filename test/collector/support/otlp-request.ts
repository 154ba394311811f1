/** Ids of what {@link sendOne} sends. */
export const ONE = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  span: 'rebalance.plan',
  metric: 'mesh_rebalance_paused',
  event: 'mesh.rebalance.state_changed',
} as const;

/**
 * Sends one span, one metric point and one log record of a plan, or some of them.
 *
 * @throws Error when one is refused
 */
export async function sendOne(
  url: string,
  signals: readonly string[] = ['traces', 'metrics', 'logs'],
  resourceAttributes: Readonly<Record<string, string>> = {},
): Promise<void> {
  const resource = {
    attributes: [
      { key: 'service.name', value: { stringValue: 'mesh-controller' } },
      { key: 'service.instance.id', value: { stringValue: 'one' } },
      ...Object.entries(resourceAttributes).map(([key, value]) => ({ key, value: { stringValue: value } })),
    ],
  };
  const { traceId, spanId, span, metric, event } = ONE;
  const now = `${Date.now()}000000`;
  const attributes = [{ key: 'mesh.rebalance.plan.id', value: { stringValue: 'plan-1' } }];
  const times = { startTimeUnixNano: now, endTimeUnixNano: now };
  const spans = [{ traceId, spanId, name: span, kind: 1, ...times, attributes }];
  const dataPoints = [{ timeUnixNano: now, asDouble: 1, attributes: [] }];
  const logRecords = [{ timeUnixNano: now, traceId, spanId, eventName: event, severityNumber: 9, attributes }];
  const bodies = {
    traces: { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] },
    metrics: {
      resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [{ name: metric, gauge: { dataPoints } }] }] }],
    },
    logs: { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] },
  };
  const refusals: string[] = [];
  for (const [signal, body] of Object.entries(bodies)) {
    if (!signals.includes(signal)) continue;
    const response = await fetch(`${url}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await response.text();
    if (!response.ok) refusals.push(`${signal}: ${response.status} ${answer}`);
  }
  if (refusals.length > 0) throw new Error(refusals.join('\n'));
}
