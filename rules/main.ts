#!/usr/bin/env node
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboardFiles } from '../dashboards/dashboard-files.js';
import { jsonText } from '../dashboards/json-text.js';
import { HELP, type Request, requestFrom } from './command-line.js';
import { contentOf, documentText } from './documents.js';
import { SettingsError } from './settings-error.js';
import { THRESHOLDS, type Threshold, type ThresholdValues } from './thresholds.js';

function thresholdList(values: ThresholdValues): string {
  const entries: [string, Threshold][] = Object.entries(THRESHOLDS);
  return entries
    .map(([name, { decides }]) => `${name.padEnd(21)}${values[name as keyof ThresholdValues].padEnd(6)}${decides}\n`)
    .join('');
}

function write(request: Extract<Request, { kind: 'write' }>): void {
  const { settings, only, format, out, dashboards } = request;
  const text = documentText(settings, only, format);
  if (out === undefined) process.stdout.write(text);
  else {
    writeFileSync(out, text);
    report(`wrote ${out}: ${contentOf(settings, only, format)}`);
  }
  if (dashboards === undefined) return;
  mkdirSync(dashboards, { recursive: true });
  for (const [name, dashboard] of Object.entries(dashboardFiles(settings))) {
    const file = join(dashboards, name);
    writeFileSync(file, jsonText(dashboard));
    report(`wrote ${file}`);
  }
}

/** Beside the output, which may be piped into a file. */
function report(text: string): void {
  process.stderr.write(`${text}\n`);
}

try {
  const request = requestFrom(process.argv.slice(2));
  if (request.kind === 'help') process.stdout.write(HELP);
  else if (request.kind === 'list') process.stdout.write(thresholdList(request.values));
  else write(request);
} catch (error) {
  const failure = error as NodeJS.ErrnoException;
  const isOfFiles = failure.syscall === 'open' || failure.syscall === 'mkdir';
  if (!(error instanceof SettingsError) && !isOfFiles) throw error;
  report(`error: ${failure.message}`);
  process.exitCode = error instanceof SettingsError ? 2 : 1;
}
