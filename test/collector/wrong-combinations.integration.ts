import { join } from 'node:path';
import { expect } from 'chai';
import { Cleanup } from '../support/cleanup.js';
import { secretsIn } from './support/certificates.js';
import { CONFIGURATIONS, Collector } from './support/collector.js';
import { documentedCombinations } from './support/combinations.js';

const PERSISTENT = 'overlays/persistence.yaml';
const BOTH = 'overlays/persistence-and-bearer-token.yaml';
const SEND = ['overlays/tls-send.yaml', 'overlays/bearer-token-send.yaml'];
const RECEIVE = ['overlays/tls-receive.yaml', 'overlays/bearer-token-receive.yaml'];

/** Files that do not start together, and what is said of them. */
const WRONG: readonly (readonly [files: readonly string[], missing: string])[] = [
  [['agent.yaml', PERSISTENT, ...SEND], BOTH],
  [['agent.yaml', ...SEND, PERSISTENT], BOTH],
  [['gateway.yaml', PERSISTENT, ...RECEIVE], BOTH],
  [['agent.yaml', BOTH, PERSISTENT, ...SEND], BOTH],
  [[PERSISTENT, 'agent.yaml'], 'not the first'],
  [['agent.yaml', 'overlays/bearer-token-send.yaml'], 'overlays/tls-send.yaml'],
  [['agent.yaml', PERSISTENT, BOTH], 'overlays/bearer-token-send.yaml'],
  [['agent.yaml', ...SEND, BOTH], PERSISTENT],
  [['loadbalancer.yaml', PERSISTENT], 'not for loadbalancer.yaml'],
  [['loadbalancer.yaml', 'overlays/tls-send.yaml'], 'not for loadbalancer.yaml'],
  [['gateway.yaml', 'agent-scrape.yaml'], 'agent.yaml'],
  [[PERSISTENT], 'agent.yaml'],
];

describe('files of the Collector that do not fit together', () => {
  const suite = Cleanup.forSuite();
  const cleanup = Cleanup.forEachTest();
  let env: Readonly<Record<string, string>>;

  before(async () => {
    env = {
      ...(await secretsIn(await suite.folder('secrets'))),
      COLLECTOR_GATEWAY: '127.0.0.1:1',
      COLLECTOR_GATEWAYS: '[127.0.0.1:1]',
      COLLECTOR_TRACE_STORE: '127.0.0.1:1',
      COLLECTOR_REMOTE_WRITE: 'http://127.0.0.1:1/',
    };
  });

  /** What is said to be missing when they are started; undefined if they start. */
  const missingOf = async (files: readonly string[]) => {
    const options = { files, env, wrapper: ['sh', join(CONFIGURATIONS, 'start.sh')] };
    const failure = await cleanup.use(Collector.start(options)).then(
      () => undefined,
      ({ message }: Error) => message,
    );
    return failure === undefined
      ? undefined
      : (/^start\.sh: missing: (.*)$/m.exec(failure)?.[1] ?? `nothing:${failure}`);
  };

  for (const [files, missing] of WRONG) {
    it(`are told which one is missing: ${files.join(' + ')}`, async () => {
      expect(await missingOf(files)).to.include(missing);
    });
  }

  it('are told so whichever one is taken out of the longest documented combination', async () => {
    const [longest = []] = (await documentedCombinations())
      .filter((files) => files[0] === 'gateway.yaml')
      .sort((one, other) => other.length - one.length);
    for (const left of longest) {
      const missing = await missingOf(longest.filter((file) => file !== left));
      // What is no part of another one can be left out.
      expect(missing ?? '', left).to.not.match(/^nothing/);
    }
  });
});
