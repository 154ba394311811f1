import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { BAD, PLAIN, WATCH } from '../../dashboards/palette.js';
import { run } from '../support/process.js';
import { selectorsOf } from '../support/promql.js';
import { DASHBOARDS, type Dashboard, fileText, panelsOf } from './dashboard-files.js';
import { anyChoice, interpolate } from './interpolation.js';
import { annotationQueries, panelQueries, variableQueries } from './queries.js';

/** A colour, and the value from which on it is shown. */
type Step = readonly [color: string, from: number];

const PROGRAM = new URL('../../../dist/rules/main.js', import.meta.url).pathname;

describe('the dashboards that rebalance-rules writes', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dashboards-'));
  });
  after(() => rm(folder, { recursive: true }));

  /** What it writes with these arguments, into a folder that is not there yet. */
  async function written(name: string, ...args: string[]): Promise<Readonly<Record<string, string>>> {
    const path = join(folder, name, 'grafana');
    await run(process.execPath, [PROGRAM, ...args, '--dashboards', path, '--out', join(folder, `${name}.yaml`)]);
    const files = await readdir(path);
    return Object.fromEntries(
      await Promise.all(files.map(async (file) => [file, await readFile(join(path, file), 'utf8')] as const)),
    );
  }

  it('are the committed ones, when nothing is changed', async () => {
    const expected = DASHBOARDS.map((uid) => [`${uid}.json`, fileText(`${uid}.json`)]);
    expect(await written('unchanged')).to.deep.equal(Object.fromEntries(expected));
  });

  it('have other thresholds in their queries, texts and colours alike', async () => {
    const changes = ['stuckAfter=47m', 'heartbeatTimeout=7m', 'approvalNotice=2h', 'approvalOverdue=9h'];
    const files = await written(
      'thresholds',
      '--runbooks',
      'https://wiki.example.com/{name}.md',
      ...changes.flatMap((change) => ['--set', change]),
    );
    const dashboard: Dashboard = JSON.parse(files['mesh-rebalance-oncall.json'] ?? '');
    const panel = (title: string) => {
      const found = panelsOf(dashboard).find((each) => each.title === title);
      if (found === undefined) throw new Error(`no panel ${title}`);
      return { ...found, json: JSON.stringify(found) };
    };
    const steps = (...[[watch, from], [bad, beyond]]: readonly [Step, Step]) =>
      new RegExp(
        `"steps":\\[\\{"color":"[^"]+","value":null\\},\\{"color":"${watch}","value":${from}\\},\\{"color":"${bad}","value":${beyond}\\}\\]`,
      );
    const wrong = panel('Is anything wrong?');
    expect(wrong.description).to.include('without progress for 47m').and.not.include('30m');
    expect(wrong.json).to.include('[47m]').and.include('> 2820').and.not.include('30m');
    expect(wrong.json).to.include('>= 420').and.not.include('>= 300');
    const controllers = panel('Controller state');
    expect(controllers.description).to.include('From 7m without a heartbeat on it counts as dead');
    expect(controllers.json).to.match(steps([WATCH, 210], [BAD, 420]));
    expect(panel('Failures and waits').json).to.match(steps([PLAIN, 7_200], [WATCH, 32_400]));
    expect(panel('Firing alerts').json).to.include('https://wiki.example.com/${__data.fields.alertname}.md');
  });

  it('keep to the series and the rules of one part of a Prometheus', async () => {
    const files = await written('shared', '--selector', 'env="prod"', '--label', 'team=storage');
    for (const text of Object.values(files)) {
      const dashboard: Dashboard = JSON.parse(text);
      const variables = dashboard.templating.list;
      const queries = [
        ...[...panelQueries(dashboard), ...annotationQueries(dashboard)].map(({ expr }) => expr),
        ...variableQueries(dashboard).map(({ selector }) => selector),
      ].map((query) => interpolate(query, variables, anyChoice(variables)));
      const selectors = queries.flatMap(selectorsOf);
      expect(selectors).to.have.length.above(20);
      for (const { metric = '', matchers } of selectors) {
        const isOurs = metric.startsWith('mesh_rebalance_');
        const condition = isOurs ? ['env', 'prod'] : ['team', 'storage'];
        const given = matchers.filter(({ label }) => label === 'env' || label === 'team');
        expect(
          given.map(({ label, value }) => [label, value]),
          metric,
        ).to.deep.equal([condition]);
      }
    }
  });
});
