import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { Authority } from '../collector/support/certificates.js';
import { Cleanup } from '../support/cleanup.js';
import { until } from '../support/until.js';
import { planEnd, Rig } from './rig.js';

const PASSWORD = 'a password of the test';

describe('a Redis Cluster with a password and TLS', () => {
  const cleanup = Cleanup.forEachTest();

  it('is evened out with every key by who has both, and by nobody else', async () => {
    const authority = await Authority.create(await cleanup.folder('authority'));
    const certificate = await authority.issue();
    const [ca, cert, key] = await Promise.all(
      [certificate.ca, certificate.cert, certificate.key].map((file) => readFile(file, 'utf8')),
    );
    const tls = { ca, cert, key } as { ca: string; cert: string; key: string };
    const access = { password: PASSWORD, tls };
    const rig = await cleanup.use(Rig.start({ keys: 20_000, lock: { password: PASSWORD, certificate }, access }));
    await rig.cluster.addMaster({ replica: false });

    const { controller } = await rig.control({ approvalMode: 'auto' });
    const ended = planEnd(controller);
    await until(() => controller.rebalance());
    expect((await ended).outcome).to.equal('completed');
    expect(Object.values(await rig.slots())).to.deep.equal([4_096, 4_096, 4_096, 4_096]);
    expect(await rig.faults()).to.deep.equal([]);

    for (const wrong of [{}, { tls }, { password: 'another', tls }, { password: PASSWORD, tls: {} }]) {
      const failure = await rig.control({ access: wrong }).catch((error: unknown) => error);
      expect(failure, JSON.stringify(Object.keys(wrong))).to.be.an.instanceOf(AggregateError);
      expect(String(failure)).to.include('no node of the cluster answers');
    }
  });
});
