import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import { validate } from '../collector/support/collector.js';

const PAGE = readFileSync(new URL('../../../docs/observability/scaling.md', import.meta.url), 'utf8');
/** Blocks that say over which files they are put. */
const BLOCKS = [...PAGE.matchAll(/```yaml\n# over ([^\n]+)\n(.*?)```/gs)].map(([, files = '', text = '']) => ({
  files: files.split(' '),
  text,
}));
const ENV = {
  COLLECTOR_GATEWAYS: '[gateway-1:4317, gateway-2:4317]',
  COLLECTOR_TRACE_STORE: 'tempo:4317',
  COLLECTOR_REMOTE_WRITE: 'http://mimir:8080/api/v1/push',
};

describe('the configurations of docs/observability/scaling.md', () => {
  it('are all there', () => {
    expect(BLOCKS).to.have.length(PAGE.match(/```yaml/g)?.length ?? 0).and.to.not.be.empty;
  });

  for (const { files, text } of BLOCKS) {
    const overrides = parse(text) as { exporters: object };
    it(`${JSON.stringify(overrides.exporters).slice(0, 90)}… over ${files.join(' ')} is valid`, async () => {
      await validate({ files, env: ENV, overrides });
    });
  }

  it('would be refused with a setting that does not exist', async () => {
    const overrides = { exporters: { 'load_balancing/by_trace': { resolver: { dns: { host: 'gateway' } } } } };
    let said = '';
    await validate({ files: ['loadbalancer.yaml'], env: ENV, overrides }).catch((error: Error) => {
      said = error.message;
    });
    expect(said).to.match(/invalid keys: host/);
  });
});
