import { access, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect } from 'chai';
import { Cleanup } from '../support/cleanup.js';
import { Daemon } from '../support/process.js';
import { MINUTE } from '../support/time.js';
import { until } from '../support/until.js';

const MAIN = new URL('../../tools/stack/main.js', import.meta.url).pathname;

interface Sample {
  readonly metric: Record<string, string>;
}

interface Group {
  /** Seconds. */
  readonly interval: number;
  readonly rules: readonly { readonly health: string; readonly annotations?: { readonly runbook_url?: string } }[];
}

/** Processes whose command line names a folder. */
async function processesIn(folder: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(folder));
}

describe('npm run stack', function () {
  this.timeout(6 * MINUTE);
  const cleanup = Cleanup.forSuite();
  let stack: Daemon;
  let urls: Record<string, string>;
  let events: string;
  before(async () => {
    stack = await cleanup.use(new Daemon(process.execPath, [MAIN]));
    await stack.until(() => stack.output.includes('Ctrl-C ends everything'), 5 * MINUTE);
    urls = Object.fromEntries(
      [...stack.output.matchAll(/^ {2}(\S+) +(http:\S+)$/gm)].map(([, name, url]) => [name, url]),
    );
    events = /log events +(\S+)/.exec(stack.output)?.[1] ?? '';
  });

  async function get<T>(service: string, path: string): Promise<T> {
    const { data } = (await (await fetch(`${urls[service]}${path}`)).json()) as { data: T };
    return data;
  }
  const query = async (expression: string) =>
    (await get<{ result: Sample[] }>('prometheus', `/api/v1/query?query=${encodeURIComponent(expression)}`)).result;

  it('says what it leaves out', () => {
    expect(stack.output).to.include('Not started, because they need their images: tempo, loki, grafana.');
  });

  it('scrapes everything, and evaluates the shipped rules', async () => {
    await until(async () => (await query('up == 1')).length === 3);
    // Others are evaluated every few minutes only.
    const healths = await until(async () => {
      const { groups } = await get<{ groups: Group[] }>('prometheus', '/api/v1/rules');
      const rules = groups.filter(({ interval }) => interval <= 60).flatMap((group) => group.rules);
      return rules.every(({ health }) => health !== 'unknown') ? rules.map(({ health }) => health) : undefined;
    }, 2 * MINUTE);
    expect(new Set(healths)).to.deep.equal(new Set(['ok']));
    expect(healths.length).to.be.at.least(20);
    const { activeAlertmanagers } = await get<{ activeAlertmanagers: object[] }>('prometheus', '/api/v1/alertmanagers');
    expect(activeAlertmanagers).to.have.lengthOf(1);
  });

  it('has a page behind the runbook of every alert that it evaluates', async () => {
    const { groups } = await get<{ groups: Group[] }>('prometheus', '/api/v1/rules');
    const links = groups.flatMap(({ rules }) => rules.flatMap(({ annotations }) => annotations?.runbook_url ?? []));
    expect(links.length).to.be.greaterThan(20);
    for (const link of new Set(links)) {
      expect(link).to.include(`${urls['runbooks']}Mesh`);
      const response = await fetch(link);
      expect(response.status, link).to.equal(200);
      expect(await response.text()).to.include(`<title>${link.slice(link.lastIndexOf('/') + 1)}</title>`);
    }
    expect(await (await fetch(`${urls['runbooks']}`)).text()).to.include('<title>Runbooks</title>');
  });

  it('leads from a series to its trace, and from the trace to its log events', async () => {
    const trace = await until(async () => {
      const plans = await query('mesh_rebalance_plan_info{trace_id!=""}');
      return plans[0]?.metric['trace_id'];
    });
    const spans = await until(async () => {
      const traces = await get<{ spans: { operationName: string }[] }[] | null>('jaeger', `/api/traces/${trace}`);
      return traces?.[0]?.spans;
    });
    expect(spans.map(({ operationName }) => operationName)).to.include('rebalance.plan.created');
    await until(async () => (await readFile(events, 'utf8')).includes(trace));
  });

  it('shows span metrics', async () => {
    await until(
      async () =>
        expect(await query('traces_span_metrics_calls_total{span_name="rebalance.plan.created"}')).to.not.be.empty,
      2 * MINUTE,
    );
  });

  it('leaves nothing when it is ended', async () => {
    const folder = events.replace(/\/collector\/events\.jsonl$/, '');
    expect(folder)
      .to.match(/mesh-stack-/)
      .and.include(tmpdir());
    expect(await processesIn(folder)).to.have.lengthOf(4);
    await stack.stop();
    expect(await processesIn(folder)).to.deep.equal([]);
    expect(await access(folder).catch((error: NodeJS.ErrnoException) => error.code)).to.equal('ENOENT');
    for (const url of Object.values(urls)) {
      expect(await fetch(url).catch(({ cause }) => cause.code), url).to.equal('ECONNREFUSED');
    }
  });
});
