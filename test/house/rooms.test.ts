import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { arrowsBelow, arrowsOf, cycles, type Directions, wrongArrows } from './arrows.js';

const LIB = new URL('../../../lib/', import.meta.url).pathname;

/** Imports go one way. Metrics and traces never know of each other. */
const DIRECTIONS: Directions = {
  contract: [],
  otel: [],
  intake: ['contract', 'otel'],
  ledger: ['contract', 'intake'],
  metrics: ['contract', 'otel', 'intake', 'ledger'],
  exposition: ['otel', 'metrics'],
  traces: ['contract', 'otel', 'intake', 'ledger'],
  instrument: ['contract', 'otel', 'intake', 'ledger', 'metrics', 'traces'],
  '': ['contract', 'otel', 'intake', 'metrics', 'exposition', 'traces', 'instrument'],
};

describe('the rooms of lib/', () => {
  const arrows = arrowsBelow(LIB);

  it('are those that have directions', () => {
    const folders = readdirSync(LIB, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).to.deep.equal(
      Object.keys(DIRECTIONS)
        .filter((room) => room !== '')
        .sort(),
    );
  });

  it('import one way', () => {
    expect(arrows.length).to.be.greaterThan(100);
    expect(wrongArrows(arrows, DIRECTIONS)).to.deep.equal([]);
  });

  it('have no file that leads back to itself', () => {
    expect(cycles(arrows)).to.deep.equal([]);
  });
});

/** A folder of examples names those that have to be copied with it. None needs anything else of the repository. */
const EXAMPLES: Directions = {
  operator: [],
  mesh: ['operator'],
  lab: ['mesh', 'operator'],
  'redis-cluster': [],
  runbooks: [],
  stack: ['mesh', 'lab', 'operator', 'runbooks'],
};

describe('the folders of examples/', () => {
  it('import one way, and nothing from outside', () => {
    const arrows = arrowsBelow(new URL('../../../examples/', import.meta.url).pathname);
    expect(arrows.length).to.be.greaterThan(100);
    expect(wrongArrows(arrows, EXAMPLES)).to.deep.equal([]);
    expect(cycles(arrows)).to.deep.equal([]);
  });
});

describe('the check of arrows', () => {
  it('names an import against the direction, types and lines of any form included', () => {
    const wrong = [
      "import { Meter } from '../metrics/producer.js';",
      "import type {\n  A,\n  B,\n} from '../traces/plan-trace.js';",
      "export * from '../instrument/handle.js';",
      "const late = await import('../metrics/late.js');",
    ];
    const found = wrongArrows(arrowsOf('ledger/plan.ts', wrong.join('\n')), DIRECTIONS);
    expect(found).to.deep.equal([
      'ledger/plan.ts imports metrics/producer.ts: ledger may import contract, intake',
      'ledger/plan.ts imports traces/plan-trace.ts: ledger may import contract, intake',
      'ledger/plan.ts imports instrument/handle.ts: ledger may import contract, intake',
      'ledger/plan.ts imports metrics/late.ts: ledger may import contract, intake',
    ]);
  });

  it('names a room without directions', () => {
    const arrows = arrowsOf('attic/chest.ts', "import { plan } from '../ledger/plan.js';");
    expect(wrongArrows(arrows, DIRECTIONS)).to.deep.equal([
      'attic/chest.ts is in a room that has no directions: attic',
    ]);
  });

  it('names a cycle by the way round it', () => {
    const to = (from: string, target: string) => arrowsOf(from, `import { x } from './${target}.js';`);
    expect(cycles([...to('a.ts', 'b'), ...to('b.ts', 'c'), ...to('c.ts', 'b')])).to.deep.equal(['b.ts > c.ts > b.ts']);
  });
});
