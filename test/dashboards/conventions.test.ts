import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';
import { alertGroups } from '../../rules/alert-groups.js';
import { secondsOf } from '../../rules/duration.js';
import { DEFAULTS } from '../../rules/settings.js';
import { REPOSITORY } from '../../tools/repository.js';
import { type Selector, selectorsOf } from '../support/promql.js';
import {
  DASHBOARDS,
  type Dashboard,
  dataPanelsOf,
  fileText,
  linksOf,
  type Panel,
  panelsOf,
  readDashboard,
} from './dashboard-files.js';
import { anyChoice, interpolate, referencesOf } from './interpolation.js';
import { panelQueries } from './queries.js';

/** Grid of a page. */
const COLUMNS = 24;
/** Pixels of a row of the grid, its gap included. */
const GRID_STEP = 38;
const HIGHEST = 2_000;
/** Metrics with a series for each plan or each of its drains. */
const OF_PLANS = /^mesh_rebalance_(plan_|drain_|state$|shards_moving$|duration_seconds$)/;
const isOfNoPlan = ({ label, op, value }: Selector['matchers'][number]) =>
  label === 'plan_id' && op === '=' && value === '';
/** What Grafana puts in itself. */
const OWN = /^__/;

/** Every value of a threshold that the rules know, as a number. */
const THRESHOLDS = new Set(
  Object.values(DEFAULTS.values).map((value) => (/^[\d.]+$/.test(value) ? Number(value) : secondsOf(value))),
);
/** What needs no rule: none at all, one, all, the numbers of answers in words, and what follows from a rule's. */
const PLAIN = [0, 1, 2, 3, 4, ...derived()];

function derived(): number[] {
  const halfOfHeartbeat = (secondsOf(DEFAULTS.values.heartbeatTimeout) ?? 0) / 2;
  const quarterOfBudget = 0.25;
  return [halfOfHeartbeat, quarterOfBudget];
}

/** Every place in a dashboard in which a threshold stands. */
function thresholdsOf({ fieldConfig }: Panel): number[] {
  const overridden = (fieldConfig?.overrides ?? [])
    .flatMap(({ properties }) => properties)
    .filter(({ id }) => id === 'thresholds')
    .map(({ value }) => value as { steps: { value: number | null }[] });
  return [fieldConfig?.defaults.thresholds, ...overridden]
    .flatMap((thresholds) => thresholds?.steps ?? [])
    .map(({ value }) => value)
    .filter((value) => value !== null);
}

function lines({ panels }: Dashboard): string[][] {
  const rows = new Map<number, Panel[]>();
  for (const panel of panels) rows.set(panel.gridPos.y, [...(rows.get(panel.gridPos.y) ?? []), panel]);
  return [...rows.values()].map((row) => row.map(({ title }) => title));
}

function overlaps(a: Panel['gridPos'], b: Panel['gridPos']): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

for (const uid of DASHBOARDS) {
  describe(`the conventions and dashboard ${uid}`, () => {
    const text = fileText(`${uid}.json`);
    const dashboard = readDashboard(uid);
    const raw = JSON.parse(text) as Record<string, unknown>;
    const variables = dashboard.templating.list.map(({ name }) => name);

    it('has its uid, and neither an id nor inputs, so that it can be provisioned and imported', () => {
      expect(raw['uid']).to.equal(uid);
      expect(uid).to.have.lengthOf.at.most(40);
      expect(raw['id'] ?? null).to.equal(null);
      expect(raw).to.not.have.any.keys('__inputs', '__requires', 'version');
    });

    it('is written as JSON with two blanks and a newline at its end', () => {
      expect(text).to.equal(`${JSON.stringify(raw, undefined, 2)}\n`);
    });

    it('can be found by tag, and names its version', () => {
      const { version } = JSON.parse(fileTextOf('package.json')) as { version: string };
      expect(dashboard.tags).to.include.members(['mesh-rebalance', `version-${version}`]);
      expect(dashboard.description).to.include(version);
    });

    it('shares its crosshair, says its time zone and refreshes every 30 s at most', () => {
      expect(dashboard.graphTooltip).to.equal(1);
      expect(dashboard.timezone).to.be.oneOf(['utc', 'browser']);
      expect(secondsOf(dashboard.refresh ?? '')).to.be.at.least(30);
    });

    it('begins where its reader looks', () => {
      const begin = {
        'mesh-rebalance-overview': 'now-30d',
        'mesh-rebalance-oncall': 'now-6h',
        'mesh-rebalance-plan': 'now-6h',
      }[uid];
      expect(dashboard.time).to.deep.include({ from: begin, to: 'now' });
    });

    it('leads to the other dashboards, with the time and the choices kept', () => {
      const siblings = (dashboard.links ?? []).filter(({ type }) => type === 'dashboards');
      expect(siblings).to.have.lengthOf(1);
      expect(siblings[0]).to.deep.include({ tags: ['mesh-rebalance'], keepTime: true, includeVars: true });
    });

    it('has panels with ids of their own, in a grid without overlaps', () => {
      const all = dashboard.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
      const ids = all.map(({ id }) => id);
      expect(new Set(ids).size, `ids ${ids}`).to.equal(ids.length);
      for (const { title, gridPos } of all) expect(gridPos.x + gridPos.w, title).to.be.at.most(COLUMNS);
      const open = dashboard.panels;
      const overlapping = open.flatMap((a, index) =>
        open
          .slice(index + 1)
          .filter((b) => overlaps(a.gridPos, b.gridPos))
          .map((b) => `${a.title} and ${b.title}`),
      );
      expect(overlapping).to.deep.equal([]);
      expect(lines(dashboard)).to.not.be.empty;
    });

    it('is no higher than 2,000 pixels before anything is opened', () => {
      const bottom = Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.y + gridPos.h));
      expect(bottom * GRID_STEP).to.be.at.most(HIGHEST);
    });

    it('has titles that name one panel each, and references that name one query each', () => {
      const titles = panelsOf(dashboard).map(({ title }) => title);
      expect(new Set(titles).size, titles.join(', ')).to.equal(titles.length);
      for (const { title, targets = [] } of panelsOf(dashboard)) {
        const references = targets.map(({ refId }) => refId);
        expect(new Set(references).size, title).to.equal(references.length);
      }
    });

    it('says of every panel what an empty one means', () => {
      for (const { title, description = '', fieldConfig } of dataPanelsOf(dashboard)) {
        expect(fieldConfig?.defaults.noValue, title).to.match(/^\S.*/);
        expect(fieldConfig?.defaults.noValue, title).to.not.match(/no data/i);
        expect(description, title).to.match(/empty/i);
      }
    });

    it('refers to variables that exist, in queries, titles, texts and links', () => {
      const texts = [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, inner]) => JSON.parse(`"${inner}"`) as string);
      const unknown = texts
        .flatMap((one) => referencesOf(one))
        .filter((name) => !OWN.test(name) && !variables.includes(name) && !/^\d+$/.test(name));
      expect([...new Set(unknown)]).to.deep.equal([]);
    });

    it('links to dashboards that exist, with variables that they have', () => {
      const links = [...panelsOf(dashboard).flatMap(linksOf), ...(dashboard.links ?? [])];
      for (const { title, url = '' } of links) {
        const [, target, query = ''] = /^\/d\/([\w-]+)(?:\/[\w-]*)?(?:\?(.*))?$/.exec(url) ?? [];
        if (!/(^|\/)d\//.test(url)) continue;
        expect(DASHBOARDS as readonly string[], `${title}: ${url}`).to.include(target);
        const theirs = readDashboard(target as (typeof DASHBOARDS)[number]).templating.list.map(({ name }) => name);
        for (const [, name] of query.matchAll(/(?:^|&)var-(\w+)=/g))
          expect(theirs, `${title}: ${url}`).to.include(name);
        for (const [, name] of query.matchAll(/\$\{(\w+):queryparam\}/g)) {
          expect(theirs, `${title}: ${url}`).to.include(name);
        }
      }
    });

    it('colours by the thresholds of the rules', () => {
      const strange = panelsOf(dashboard).flatMap((panel) =>
        thresholdsOf(panel)
          .filter((value) => !THRESHOLDS.has(value) && !PLAIN.includes(value))
          .map((value) => `${panel.title}: ${value}`),
      );
      expect(strange).to.deep.equal([]);
    });
  });
}

function fileTextOf(name: string): string {
  return fileText(`../${name}`);
}

describe('the on-call page of a fleet', () => {
  it('looks for no plans or drains in a query that looks back over a day: it would look among all of that day', () => {
    const dashboard = readDashboard('mesh-rebalance-oncall');
    const variables = dashboard.templating.list;
    let farBack = 0;
    for (const { key, expr } of panelQueries(dashboard)) {
      const selectors = selectorsOf(interpolate(expr, variables, anyChoice(variables)));
      if (!selectors.some(({ range }) => range === DEFAULTS.values.rememberedFor)) continue;
      farBack += 1;
      const ofPlans = selectors.filter(
        ({ metric = '', matchers }) => OF_PLANS.test(metric) && !matchers.some(isOfNoPlan),
      );
      expect(
        ofPlans.map(({ metric }) => metric),
        key,
      ).to.deep.equal([]);
    }
    expect(farBack).to.be.above(0);
  });
});

describe('what links to the dashboards', () => {
  const alerts = alertGroups(DEFAULTS).flatMap(({ rules }) => rules);

  it('alerts link to dashboards that exist, with variables that they have', () => {
    for (const { alert, annotations } of alerts) {
      const [, uid, query = ''] = /\/d\/([\w-]+)(?:\?(.*))?$/.exec(annotations.dashboard_url) ?? [];
      expect(DASHBOARDS as readonly string[], alert).to.include(uid);
      const variables = readDashboard(uid as (typeof DASHBOARDS)[number]).templating.list.map(({ name }) => name);
      for (const [, name] of query.matchAll(/(?:^|&)var-(\w+)=/g)) expect(variables, alert).to.include(name);
    }
  });

  it('runbooks and guides speak of dashboards and panels that exist', () => {
    const titles = DASHBOARDS.flatMap((uid) => panelsOf(readDashboard(uid)).map(({ title }) => title));
    const texts = ['docs/runbooks', 'docs/observability'].flatMap((folder) =>
      readdirSync(join(REPOSITORY, folder))
        .filter((name) => name.endsWith('.md'))
        .map((name) => fileTextOf(`${folder}/${name}`)),
    );
    const named = (pattern: RegExp) =>
      texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name?.replaceAll(/\s+/g, ' ')));
    const uids = named(/\b(mesh-rebalance-\w+)\b/g);
    expect(uids).to.not.be.empty;
    expect(DASHBOARDS).to.include.members(uids);
    const panels = named(/panel \*\*([^*]+)\*\*/g);
    expect(panels).to.not.be.empty;
    expect(titles).to.include.members(panels);
  });

  it('the Kubernetes resources hold the same dashboards', () => {
    const manifests = readdirSync(join(REPOSITORY, 'dashboards'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yaml'))
      .flatMap((name) => parseAllDocuments(fileText(name)).map((document) => document.toJS() as Manifest));
    const configMaps = manifests.filter(({ kind }) => kind === 'ConfigMap');
    const dashboards = configMaps
      .flatMap(({ data = {} }) => Object.values(data))
      .map((json) => JSON.parse(json) as Dashboard);
    expect(dashboards.map(({ uid }) => uid).sort()).to.deep.equal([...DASHBOARDS].sort());
    for (const json of dashboards) {
      expect(json).to.deep.equal(readDashboard(json.uid as (typeof DASHBOARDS)[number]));
    }
    for (const { metadata } of configMaps) expect(metadata?.labels).to.include({ grafana_dashboard: '1' });
    const operated = manifests.filter(({ kind }) => kind === 'GrafanaDashboard');
    expect(operated).to.not.be.empty;
  });
});

/** A resource of Kubernetes. */
interface Manifest {
  readonly kind?: string;
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
}
