import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { REPOSITORY } from '../../tools/repository.js';
import { run } from '../support/process.js';
import { DASHBOARDS, fileText } from './dashboard-files.js';
import { typeCheckedDashboard, typeCheckedManifest } from './published-types.js';

const TSC = join(REPOSITORY, 'node_modules/typescript/bin/tsc');
const CONFIG = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    target: 'es2022',
    module: 'esnext',
    moduleResolution: 'bundler',
    types: [],
    // Grafana's own declarations are not under test.
    skipLibCheck: true,
  },
};

/** What the compiler says of programs that it takes; they lie in the repository so that they find its packages. */
async function compile(programs: Readonly<Record<string, string>>): Promise<string> {
  const folder = mkdtempSync(join(REPOSITORY, 'build/published-types-'));
  try {
    for (const [name, text] of Object.entries(programs)) writeFileSync(join(folder, `${name}.ts`), text);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...CONFIG, include: ['*.ts'] }));
    return await run(process.execPath, [TSC, '-p', folder]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const CORRECT = {
  schemaVersion: 42,
  annotations: { list: [] },
  panels: [
    {
      type: 'stat',
      datasource: { type: 'prometheus', uid: '${datasource}' },
      options: { colorMode: 'value', reduceOptions: { calcs: ['lastNotNull'] } },
      fieldConfig: { defaults: { unit: 's' }, overrides: [] },
      targets: [{ refId: 'A', expr: 'up', datasource: { type: 'prometheus', uid: '${datasource}' } }],
    },
  ],
};
const [STAT] = CORRECT.panels;

describe('the dashboards and the types that Grafana publishes', () => {
  it('takes every committed dashboard', async () => {
    const programs = DASHBOARDS.map((uid) => [uid, typeCheckedDashboard(JSON.parse(fileText(`${uid}.json`)))]);
    expect(await compile(Object.fromEntries(programs))).to.equal('');
  });

  it('takes every committed v2 manifest', async () => {
    const programs = DASHBOARDS.map((uid) => [uid, typeCheckedManifest(JSON.parse(fileText(`v2/${uid}.json`)))]);
    expect(await compile(Object.fromEntries(programs))).to.equal('');
  });

  it('takes what is right and refuses what is not, so that the types do check', async () => {
    expect(await compile({ correct: typeCheckedDashboard(CORRECT) })).to.equal('');
    const wrong = {
      option: { ...CORRECT, panels: [{ ...STAT, options: { colorMode: 'rainbow' } }] },
      strayOption: { ...CORRECT, panels: [{ ...STAT, options: { colour: 'value' } }] },
      plugin: { ...CORRECT, panels: [{ ...STAT, type: 'statistic' }] },
      query: { ...CORRECT, panels: [{ ...STAT, targets: [{ refId: 'A', expr: 5, datasource: STAT?.datasource }] }] },
      stray: { ...CORRECT, titel: 'x' },
      tooltip: { ...CORRECT, graphTooltip: 7 },
    };
    const manifest = JSON.parse(fileText(`v2/${DASHBOARDS[0]}.json`)) as { spec: object };
    const programs = [
      ...Object.entries(wrong).map(([name, json]) => [name, typeCheckedDashboard(json)]),
      ['manifest', typeCheckedManifest({ ...manifest, spec: { ...manifest.spec, cursorSync: 'Sideways' } })],
      ['strayManifest', typeCheckedManifest({ ...manifest, spec: { ...manifest.spec, titel: 'x' } })],
    ];
    const error = await compile(Object.fromEntries(programs)).then(
      () => new Error('all compiled'),
      (failure: Error) => failure,
    );
    const refused = [...error.message.matchAll(/^\S*?(\w+)\.ts\(/gm)].map(([, name]) => name as string);
    expect([...new Set(refused)].sort()).to.deep.equal(programs.map(([name]) => name).sort());
  });
});
