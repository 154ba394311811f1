import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { OtlpLogRecord, OtlpSpan } from '../support/otlp-receiver.js';
import { runSmall, type ScratchRun } from './scratch.js';

interface Request {
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[] }[];
  readonly resourceLogs?: readonly {
    readonly scopeLogs: readonly { readonly logRecords: readonly (OtlpLogRecord & { timeUnixNano: string })[] }[];
  }[];
}

function requests(folder: string, file: string): Request[] {
  const lines = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Request);
}

function digests(folder: string): Record<string, string> {
  const digest = (file: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex');
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((file) => [file, digest(file)]),
  );
}

describe('the files of a lab run', () => {
  const runs: ScratchRun[] = [];
  before(async () => {
    for (const seed of [1, 1, 2]) runs.push(await runSmall('restart-during-plan', { hours: 0.5, seed }));
  });
  after(() => {
    for (const run of runs) run.remove();
  });

  it('are the same bytes for the same seed, and others for another', () => {
    const [first, again, other] = runs.map(({ folder }) => digests(folder));
    expect(Object.keys(first ?? {})).to.deep.equal([
      'input-series.yaml',
      'logs.json',
      'metrics.om',
      'summary.json',
      'traces.json',
    ]);
    expect(again).to.deep.equal(first);
    for (const [file, digest] of Object.entries(first ?? {})) expect(other?.[file], file).not.to.equal(digest);
  });

  it('hold metrics by family, each series in the order of time, with job and instance', () => {
    const text = readFileSync(join((runs[0] as ScratchRun).folder, 'metrics.om'), 'utf8');
    const lines = text.trimEnd().split('\n');
    expect(lines.at(-1)).to.equal('# EOF');
    const types = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]);
    expect(new Set(types).size).to.equal(types.length);
    expect(types).to.include('mesh_rebalance_moves').and.not.to.include('mesh_rebalance_moves_total');
    const lastTime = new Map<string, number>();
    let family = '';
    for (const line of lines.slice(0, -1)) {
      if (line.startsWith('# TYPE')) family = line.split(' ')[2] ?? '';
      if (line.startsWith('#')) continue;
      const [, name = '', labels = '', , time = ''] = /^(\w+)\{(.*)\} (\S+) (\d+)$/.exec(line) ?? [];
      expect(name.startsWith(family), line).to.equal(true);
      expect(labels).to.match(/job="mesh-controller",instance="mesh-controller-\d:9464"$/);
      const series = name + labels;
      expect(Number(time)).to.be.greaterThan(lastTime.get(series) ?? 0);
      lastTime.set(series, Number(time));
    }
  });

  it('hold one trace per plan, whose spans all have their parent but those that the crash took', () => {
    const spans = requests((runs[0] as ScratchRun).folder, 'traces.json').flatMap(({ resourceSpans = [] }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans: inner }) => inner)),
    );
    const ids = new Set(spans.map(({ spanId }) => spanId));
    expect(spans.filter(({ parentSpanId }) => parentSpanId !== undefined && !ids.has(parentSpanId))).to.deep.equal([]);
    const anchors = spans.filter(({ name }) => name === 'rebalance.plan.created');
    expect(new Set(spans.map(({ traceId }) => traceId)).size).to.equal(anchors.length);
  });

  it('hold log records with virtual times only', () => {
    const records = requests((runs[0] as ScratchRun).folder, 'logs.json').flatMap(({ resourceLogs = [] }) =>
      resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords)),
    );
    expect(records.map(({ eventName }) => eventName)).to.include('mesh.rebalance.drain_progressed');
    for (const { timeUnixNano } of records) {
      expect(Number(BigInt(timeUnixNano) / 1_000_000n)).to.be.within(Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1, 1));
    }
  });

  it('sum up what happened', () => {
    const { folder, summary } = runs[0] as ScratchRun;
    expect(JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8'))).to.deep.equal(summary);
    expect(summary).to.deep.include({ scenario: 'restart-during-plan', clusters: 2, seed: 1, stuck: [] });
    const { completed, failed, cancelled } = summary.outcomes;
    expect(summary.plans).to.equal(summary.live + completed + failed + cancelled);
  });
});
