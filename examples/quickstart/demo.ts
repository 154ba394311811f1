/*
 * Runs the quickstart end to end: while its plan is under way, fetches what Prometheus would scrape and prints the
 * series of the plan.
 */
import './index.js';

const port = process.env['OTEL_EXPORTER_PROMETHEUS_PORT'] ?? '9464';
const url = `http://127.0.0.1:${port}/metrics`;
const text = await (await fetch(url)).text();
console.log(`# ${url}`);
for (const line of text.split('\n')) if (line.includes('drain-node-a')) console.log(line);
