import { access, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { DEFAULTS } from '../../rules/settings.js';
import { program, wantedVersion } from '../../tools/program.js';
import type { Addresses } from '../../tools/stack/addresses.js';
import { readServices, type Service, STACK_FOLDER } from '../../tools/stack/compose.js';
import { prepare } from '../../tools/stack/native-service.js';
import { Cleanup } from '../support/cleanup.js';
import { run } from '../support/process.js';

interface Model {
  readonly services: Record<
    string,
    {
      readonly image?: string;
      readonly profiles?: readonly string[];
      readonly ports?: { readonly host_ip?: string; readonly published: string }[];
      readonly volumes?: { readonly type: string; readonly source: string; readonly read_only?: boolean }[];
    }
  >;
}

/** Services of the image that is built here. */
const BUILT = ['controller', 'runbooks'];
const FOLDER = STACK_FOLDER.pathname;
const read = (file: string) => readFile(new URL(file, STACK_FOLDER), 'utf8');

/** The model that `docker compose` makes of the file. */
async function loadedModel(): Promise<Model> {
  return JSON.parse(await run(await program('compose-spec'), ['-format', 'json', 'compose.yaml'], FOLDER)) as Model;
}

/** Below a folder, what a service mounts, with the addresses that are given. */
async function mounted(name: string, root: string): Promise<Service> {
  const service = readServices().find((one) => one.name === name);
  if (service === undefined) throw new Error(`no service ${name}`);
  const names = readServices().flatMap((one) => [one.name, ...one.aliases]);
  const addresses: Addresses = new Map(names.map((known, index) => [known, `127.0.9.${index + 1}`]));
  await prepare(service, addresses, root);
  return service;
}

describe('examples/stack/compose.yaml', () => {
  const cleanup = Cleanup.forSuite();
  let root: string;
  before(async () => {
    root = await cleanup.folder('stack-test');
  });

  it('is a model of the Compose specification, with a choice of trace stores', async () => {
    const { services } = await loadedModel();
    const profiles = Object.entries(services).flatMap(([name, { profiles = [] }]) =>
      profiles.map((one) => [one, name]),
    );
    expect(profiles).to.have.deep.members([
      ['tempo', 'tempo'],
      ['jaeger', 'jaeger'],
    ]);
    expect(services).to.include.keys(
      'controller',
      'runbooks',
      'collector',
      'prometheus',
      'alertmanager',
      'loki',
      'grafana',
    );
  });

  it('is refused by the loader when it is wrong', async () => {
    const wrong = join(root, 'wrong.yaml');
    const text = (await read('compose.yaml')).replace('restart: unless-stopped', 'restarts: unless-stopped');
    await writeFile(wrong, text);
    const failure = await run(await program('compose-spec'), [wrong]).catch((error: Error) => error.message);
    expect(failure).to.match(/restarts/);
  });

  it('publishes on loopback only, pins every image, and mounts the repository read-only', async () => {
    const services = Object.entries((await loadedModel()).services);
    expect(services.flatMap(([, { ports = [] }]) => ports)).to.not.be.empty;
    expect(services.flatMap(([, { volumes = [] }]) => volumes.map(({ type }) => type))).to.include('bind');
    for (const [name, { image, ports = [], volumes = [] }] of services) {
      if (!BUILT.includes(name)) expect(image, name).to.match(/:v?\d+\.\d+\.\d+$/);
      for (const { host_ip } of ports) expect(host_ip, name).to.equal('127.0.0.1');
      for (const volume of volumes.filter(({ type }) => type === 'bind')) {
        expect(volume.read_only, `${name}: ${volume.source}`).to.equal(true);
        await access(volume.source);
      }
    }
  });

  it('has the versions that the tests run', async () => {
    const { services } = await loadedModel();
    const version = (service: string) => /:v?([\d.]+)$/.exec(services[service]?.image ?? '')?.[1];
    expect(version('prometheus')).to.equal(await wantedVersion('prometheus-3'));
    expect(version('alertmanager')).to.equal(await wantedVersion('alertmanager'));
    expect(version('collector')).to.equal(await wantedVersion('otelcol'));
    expect(version('jaeger')).to.equal(await wantedVersion('jaeger'));
  });

  it('mounts a configuration and rules that promtool accepts', async () => {
    const folder = join(root, 'prometheus');
    await mounted('prometheus', folder);
    const output = await run(await program('promtool-3'), [
      'check',
      'config',
      `${folder}/etc/prometheus/prometheus.yml`,
    ]);
    expect(output).to.match(/2 rule files found/);
    expect(output.match(/SUCCESS: \d+ rules found/g)).to.have.lengthOf(2);
  });

  it('mounts a routing that amtool accepts: the shipped one, with receivers that notify nobody', async () => {
    const folder = join(root, 'alertmanager');
    await mounted('alertmanager', folder);
    const output = await run(await program('amtool'), ['check-config', `${folder}/etc/alertmanager/alertmanager.yml`]);
    expect(output)
      .to.match(/SUCCESS/)
      .and.match(/1 templates/);
    const shipped = parse(await read('../../rules/alertmanager/alertmanager.yml'));
    const receivers = shipped.receivers.map(({ name }: { name: string }) => ({ name }));
    expect(parse(await read('alertmanager.yml'))).to.deep.equal({ ...shipped, receivers });
  });

  it('changes nothing for the native stack but addresses', async () => {
    for (const name of ['prometheus', 'alertmanager', 'collector', 'jaeger']) {
      const folder = join(root, `${name}-again`);
      const { volumes } = await mounted(name, folder);
      const copied = volumes.flatMap(({ source, target }) => (source === undefined ? [] : [{ source, target }]));
      expect(copied, name).to.not.be.empty;
      for (const { source, target } of copied) {
        await expectOnlyAddressesDiffer(new URL(source, STACK_FOLDER).pathname, join(folder, target));
      }
    }
  });

  it('has the runbooks where the alerts that it mounts link to', async () => {
    const { runbooks } = (await loadedModel()).services;
    const port = new URL(DEFAULTS.runbooks).port;
    expect(runbooks?.ports?.map(({ host_ip, published }) => `${host_ip}:${published}`)).to.deep.equal([
      `127.0.0.1:${port}`,
    ]);
    const [command = '', file = ''] = readServices().find(({ name }) => name === 'runbooks')?.command ?? [];
    expect(command).to.equal('node');
    await run(process.execPath, ['--check', new URL(`../../${file}`, STACK_FOLDER).pathname]);
    expect(await read('../../rules/mesh-rebalance.alerts.yaml')).to.include(`"http://localhost:${port}/runbooks/`);
  });

  it('is built by a Dockerfile whose Node.js the package supports, and whose command is there', async () => {
    const dockerfile = await read('Dockerfile');
    const { engines } = JSON.parse(await read('../../package.json'));
    const releases = [...dockerfile.matchAll(/^FROM node:(\d+)\.(\d+)/gm)].map(([, major, minor]) => [major, minor]);
    expect(releases).to.have.lengthOf(2);
    expect(Number(releases[0]?.[0])).to.be.at.least(Number(/\d+/.exec(engines.node)?.[0]));
    const [, file = ''] = /CMD \["node", "(.*)"\]/.exec(dockerfile) ?? [];
    await run(process.execPath, ['--check', new URL(`../../${file}`, STACK_FOLDER).pathname]);
  });
});

/** Fails when a line of a file differs otherwise than by the address of a service. */
async function expectOnlyAddressesDiffer(source: string, copy: string): Promise<void> {
  if ((await stat(source)).isDirectory()) {
    expect(await readdir(copy)).to.have.members(await readdir(source));
    for (const name of await readdir(source)) await expectOnlyAddressesDiffer(join(source, name), join(copy, name));
    return;
  }
  const plain = (text: string) => text.replaceAll(/\b(?:[a-z]+(?=:\d)|0\.0\.0\.0|127\.0\.9\.\d+)/g, 'ADDRESS');
  expect(plain(await readFile(copy, 'utf8')), copy).to.equal(plain(await readFile(source, 'utf8')));
}
