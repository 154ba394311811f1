import { expect } from 'chai';
import stringWidth from 'string-width';
import { isInteractive } from '../../../examples/operator/cli/live-area.js';
import { PlanBars } from '../../../examples/operator/cli/plan-bars.js';
import type { PlanView } from '../../../examples/operator/controllable.js';
import { FakeController } from '../api/fake-controller.js';
import { Screen } from './screen.js';

const SIZES = [
  [80, 24],
  [110, 40],
] as const;
const HOSTILE = [
  '写真-分片-迁移-計画-0001',
  '🚚🚚🚚-plan',
  'a\u001b[2Jb\u009b31m\r\n\tc',
  '\u202eevil\u202c-‮-\u200b\u200d\ufeff',
  '👨‍👩‍👧‍👦-family-🇩🇪-❤️',
  'e\u0301'.repeat(30),
  'x'.repeat(256),
  '\ud83d',
];

function planOf(id: string, facts: Partial<PlanView> = {}): PlanView {
  const controller = new FakeController();
  const plan = controller.propose({ drain: ['node-a'], dryRun: false, approvalMode: 'manual', requestedBy: 'test' });
  return { ...plan, id, createdAt: 0, ...facts };
}

const moving = (id: string, shardsRemaining = 2): PlanView =>
  planOf(id, { state: 'rebalancing', approval: undefined, shardsRemaining, shardsMoving: 2 });
const waiting = (id: string): PlanView => planOf(id, { approval: { requestedAt: 0, expiresAt: 104_000 } });
const ended = (id: string): PlanView =>
  planOf(id, { state: 'failed', outcome: 'failed', errorType: 'disk_full', approval: undefined, endedAt: 9_000 });

describe('the bars of plans', () => {
  for (const [columns, rows] of SIZES) {
    describe(`in a terminal of ${columns}x${rows}`, () => {
      let screen: Screen;
      let bars: PlanBars;
      beforeEach(() => {
        screen = new Screen(columns, rows);
        bars = new PlanBars(screen.stream);
      });
      afterEach(() => bars.close());

      it('show id, progress and what is waited for whole, and leave the last column free', async () => {
        bars.show([waiting('catalog-eu-2-0001'), moving('payments-eu-1-0001')], 0);
        const lines = await screen.lines();
        expect(lines).to.have.length(3);
        expect(lines[1]).to.match(/catalog-eu-2-0001 +░+ +0\/4 {2}rebalancePending: approval, 1m 44s left$/);
        expect(lines[2]).to.match(/payments-eu-1-0001 +█+░+ +2\/4 {2}rebalancing: 2 moves$/);
        for (const line of lines) expect(stringWidth(line)).to.be.lessThan(columns);
      });

      it('leave nothing of themselves when one above others ends', async () => {
        const others = [moving('b'), waiting('c')];
        bars.show([moving('a'), ...others], 0);
        bars.because('a', 'node-1 gave up shard-1: disk_full');
        bars.show([ended('a'), ...others], 0);
        const lines = await screen.lines();
        const bottom = lines.indexOf('');
        expect(lines.slice(0, bottom).join(' ').replaceAll(/ +/g, ' ')).to.equal(
          '00:00:09 payments/eu-1 a failed (disk_full) after 9s: node-1 gave up shard-1: disk_full',
        );
        expect(lines.slice(bottom + 1).map((line) => /\b[bc] /.exec(line)?.[0])).to.deep.equal(['b ', 'c ']);
      });

      it('break what is printed above them between words, and cut nothing of it', async () => {
        bars.show([moving('a')], 0);
        const text = 'guardrailTripped reason=a long reason that tells all there is to tell '.repeat(3).trim();
        bars.print(text);
        const lines = await screen.lines();
        const printed = lines.slice(0, lines.indexOf(''));
        expect(printed.join(' ').replaceAll(/ +/g, ' ')).to.equal(text);
        expect(lines.at(-1)).to.match(/^(payments\/eu-1 +)?a /);
      });

      it('are drawn anew in whatever size, with what was printed', async () => {
        bars.printVerbatim(['an introduction', '  a command']);
        bars.show([moving('payments-eu-1-0001'), waiting('catalog-eu-2-0001')], 0);
        bars.print('an event that '.repeat(6).trim());
        for (const [narrow, low] of [
          [60, 12],
          [33, 8],
          [columns, rows],
        ] as const) {
          await screen.resize(narrow, low);
          const lines = await screen.lines();
          expect(lines.filter((line) => /catalog|2-0001/.test(line))).to.have.length(1);
          expect(lines.filter((line) => / 2\/4 {2}rebal/.test(line))).to.have.length(1);
          expect(lines.at(-3)).to.equal('');
        }
        const lines = await screen.lines();
        expect(lines.slice(0, 2)).to.deep.equal(['an introduction', '  a command']);
      });

      it('are bounded by the height, and say how many more there are', async () => {
        bars.show(
          Array.from({ length: 60 }, (_, index) => moving(`plan-${index}`)),
          0,
        );
        bars.print('the last event');
        const lines = await screen.lines();
        expect(lines.length).to.be.lessThan(rows);
        expect(lines).to.include('the last event');
        expect(lines.at(-1)).to.equal(`and ${60 - (rows - 5)} more plans`);
      });

      for (const id of HOSTILE) {
        it(`stay whole with the id ${JSON.stringify(id)}`, async () => {
          bars.show([moving('plan-1'), moving(id), waiting('plan-2')], 0);
          bars.print(`an event of ${id}`);
          bars.show([moving('plan-1', 1), moving(id, 1), waiting('plan-2')], 0);
          const lines = await screen.lines();
          const [, ...shown] = lines.slice(lines.indexOf(''));
          expect(shown).to.have.length(3);
          expect(shown.filter((line) => line.includes('rebalancing: 2 moves'))).to.have.length(2);
          expect(shown[2]).to.match(/plan-2 .*rebalancePending: approval, 1m 44s left$/);
          // The columns stand below one another, in cells of the terminal.
          expect(new Set(shown.map((line) => stringWidth(line.slice(0, line.search(/\d\/4 /)))))).to.have.length(1);
        });
      }

      it('give the terminal back', async () => {
        bars.show([moving('a')], 0);
        expect(await screen.isGivenBack()).to.equal(false);
        bars.close();
        expect(await screen.isGivenBack()).to.equal(true);
        expect((await screen.lines()).at(-1)).to.match(/rebalancing: 2 moves$/);
      });
    });
  }

  it('are for terminals only', () => {
    const { stream } = new Screen(80, 24);
    const file = { isTTY: undefined } as unknown as NodeJS.WriteStream;
    expect(isInteractive(stream, { TERM: 'xterm' })).to.equal(true);
    expect(isInteractive(stream, { TERM: 'xterm', CI: 'false' })).to.equal(true);
    expect(isInteractive(stream, { TERM: 'dumb' })).to.equal(false);
    expect(isInteractive(stream, { TERM: 'xterm', CI: 'true' })).to.equal(false);
    expect(isInteractive(file, { TERM: 'xterm' })).to.equal(false);
  });
});
