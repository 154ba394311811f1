import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus';

/** Scrapes an exporter that has no server, as an app does that has one of its own. */
export async function scrapeOf(exporter: PrometheusExporter, path = '/', headers: Record<string, string> = {}) {
  const server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
