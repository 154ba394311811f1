import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Companion, Wiring } from './companion.js';
import { findProgram, freePort, startProgram } from './program.js';

const GRPC_PORT = 4317;
const HTTP_PORT = 4318;

/** Starts an OpenTelemetry Collector that counts in its log what it is sent. */
export async function startCollector({ signal }: Wiring): Promise<Companion> {
  const program = await findProgram('collector', ['otelcol-contrib', 'otelcol', 'otelcol-core']);
  const grpc = `127.0.0.1:${await freePort(GRPC_PORT)}`;
  const http = `127.0.0.1:${await freePort(HTTP_PORT)}`;
  const url = `http://${http}`;
  const folder = await mkdtemp(join(tmpdir(), 'mesh-demo-collector-'));
  const log = join(folder, 'collector.log');
  // First in its pipeline, the memory limiter refuses what the others could not hold.
  const pipeline = { receivers: ['otlp'], processors: ['memory_limiter'], exporters: ['debug'] };
  const config = {
    receivers: { otlp: { protocols: { grpc: { endpoint: grpc }, http: { endpoint: http } } } },
    processors: { memory_limiter: { check_interval: '1s', limit_mib: 256 } },
    exporters: { debug: { verbosity: 'basic' } },
    service: {
      pipelines: { traces: pipeline, logs: pipeline },
      telemetry: {
        metrics: { level: 'none' },
        // A file, because the terminal is the demo's; without sampling, which would leave out counts.
        logs: { output_paths: [log], sampling: { enabled: false } },
      },
    },
  };
  // JSON is YAML.
  await writeFile(join(folder, 'collector.yaml'), JSON.stringify(config));
  const args = [`--config=file:${folder}/collector.yaml`];
  // It has no page for it in every distribution; nothing, sent as traces, is taken once the receiver listens.
  const headers = { 'content-type': 'application/json' };
  const ready = () => fetch(`${url}/v1/traces`, { method: 'POST', headers, body: '{}' });
  const stop = await startProgram(program, { args, ready, folder, signal });
  return { name: 'collector', url, hasPage: false, look: `tail -f ${log}`, stop };
}
