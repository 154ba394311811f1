import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { ControlApiClient } from '../../examples/cli/control-api-client.js';
import { LiveBars } from '../../examples/cli/watch-output.js';
import { startTestApi, type TestApi } from '../control-api/control-api.js';
import { eventually } from '../support/eventually.js';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

/** A terminal that keeps what is written to it. */
function fakeTerminal() {
  const stream = new PassThrough().setEncoding('utf8');
  const written: string[] = [];
  stream.on('data', (text: string) => written.push(text));
  const terminal = Object.assign(stream, { isTTY: true, rows: 24, columns: 120 });
  return { terminal: terminal as unknown as NodeJS.WriteStream, text: () => written.join('') };
}

describe('the bars of watch', () => {
  let api: TestApi;
  before(async () => {
    api = await startTestApi();
  });
  after(() => api.close());

  it('follow a plan to its end, and give the terminal back', async () => {
    const { terminal, text } = fakeTerminal();
    const bars = new LiveBars(terminal, new ControlApiClient(new URL(api.url), undefined));
    const tell = (event: 'moveFinished' | 'planFinished', planId: string) =>
      bars.event({ event, namespace: 'payments', cluster: 'eu-1', time: 0, planId });
    try {
      const planId = api.waitingPlan();
      const other = api.waitingPlan();
      bars.begin(
        api.payments.plans().filter(({ id }) => id === planId),
        Date.now(),
      );
      await eventually(
        () => /eu-1-plan-1 .* 0\/4 {2}rebalancePending: approval, \d+m \d\ds left/.test(text()) || undefined,
      );
      api.payments.approve(planId, 'ada');
      api.payments.move(planId, 'shard-1');
      await tell('moveFinished', planId);
      await eventually(() => /eu-1-plan-1 .* 1\/4 {2}rebalancing/.test(text()) || undefined);
      api.payments.end(planId, 'failed', 'timeout');
      await tell('planFinished', planId);
      expect(text()).to.not.include(other);
    } finally {
      bars.close();
    }
    expect(text()).to.match(/eu-1-plan-1 +failed \(timeout\) after \d+s\n/);
    expect(text()).to.include(HIDE_CURSOR);
    expect(text().lastIndexOf(SHOW_CURSOR)).to.be.greaterThan(text().lastIndexOf(HIDE_CURSOR));
  });
});
