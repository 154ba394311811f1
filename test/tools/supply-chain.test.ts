import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { REPOSITORY } from '../../tools/repository.js';
import { packagesOfUsers } from '../../tools/users-lock.js';
import { Cleanup } from '../support/cleanup.js';
import { freeUrl, run } from '../support/process.js';

/** Licences that ask for no more than to be named. */
const PERMISSIVE = new Set([
  'MIT',
  'Apache-2.0',
  'MIT OR Apache-2.0',
  'ISC',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  '0BSD',
  'PSF-2.0',
]);

/** Packages for development without a licence file. Looked at: each names its licence, and its repository has the text. */
const WITHOUT_FILE = [
  /^@biomejs\/cli-/,
  /^@oxc-parser\/binding-/,
  /^@oxc-resolver\/binding-/,
  /^@redis\/(bloom|client|json|search|time-series)$/,
  /^redis$/,
  /^@xterm\/headless$/,
];

interface Bill {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { readonly name: string; readonly licenses: unknown } };
  readonly components: readonly {
    readonly purl: string;
    readonly hashes: readonly unknown[];
    readonly licenses: readonly { readonly license: { readonly id: string } }[];
  }[];
}

const tool = (name: string) => join(REPOSITORY, `build/tools/${name}.js`);
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

describe('what users install', () => {
  const cleanup = Cleanup.forEachTest();

  it('has a bill of materials that names all of it, the same bytes each time', async () => {
    const texts = await Promise.all([run('node', [tool('sbom')]), run('node', [tool('sbom')])]);
    expect(texts[0]).to.equal(texts[1]);
    const { bomFormat, metadata, components } = JSON.parse(texts[0]) as Bill;
    expect(bomFormat).to.equal('CycloneDX');
    expect(metadata.component.name).to.equal('opentelemetry-instrumentation-mesh-rebalance');
    expect(metadata.component.licenses).to.deep.equal([{ license: { id: 'Apache-2.0' } }]);
    const expected = Object.entries(await packagesOfUsers()).map(
      ([path, { version }]) => `pkg:npm/${nameOf(path).replace('@', '%40')}@${version}`,
    );
    expect(components.map(({ purl }) => purl).sort()).to.deep.equal(expected.sort());
    expect(expected).to.include('pkg:npm/%40opentelemetry/api@1.9.1');
    for (const { purl, hashes, licenses } of components) {
      expect(hashes, purl).to.have.length(1);
      expect(licenses, purl).to.deep.equal([{ license: { id: 'Apache-2.0' } }]);
    }
  });

  it('has a licence file and is under Apache-2.0, each package', async () => {
    for (const [path, { license }] of Object.entries(await packagesOfUsers())) {
      expect(license, path).to.equal('Apache-2.0');
      expect(licenceFiles(path), path).to.not.deep.equal([]);
    }
  });

  describe('is audited', () => {
    /** What the audit ends with, and says, with a registry that answers so. */
    async function audited(answer: (request: IncomingMessage, response: ServerResponse) => unknown) {
      const server = createServer(answer).listen(0, '127.0.0.1');
      await once(server, 'listening');
      cleanup.add(() => server.close().closeAllConnections());
      return auditedAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    }

    async function auditedAt(registry: string, others: Readonly<Record<string, string>> = {}) {
      const env = { ...process.env, npm_config_registry: registry, npm_config_fetch_retry_mintimeout: '1', ...others };
      return promisify(execFile)('node', [tool('audit')], { env }).then(
        ({ stdout }) => ({ code: 0, said: stdout }),
        ({ code, stderr }: { code: number; stderr: string }) => ({ code, said: stderr }),
      );
    }

    it('and asks for every package of it', async () => {
      let asked: unknown;
      const { code, said } = await audited(async (request, response) => {
        const body = Buffer.concat(await request.toArray());
        asked = JSON.parse(String(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body));
        response.end('{}');
      });
      expect({ code, said }).to.deep.equal({ code: 0, said: 'no known vulnerabilities in what users install\n' });
      expect(asked).to.have.all.keys(Object.keys(await packagesOfUsers()).map(nameOf));
    });

    it('and fails with what is vulnerable', async () => {
      const advisory = { id: 1, url: 'x', title: 'x', severity: 'high', vulnerable_versions: '<=1.9.1' };
      const locked = await packagesOfUsers();
      const { code, said } = await audited(async (request, response) => {
        await text(request);
        const name = decodeURIComponent(request.url?.slice(1) ?? '');
        const { version = '', dependencies } = locked[`node_modules/${name}`] ?? {};
        const packument = { name, versions: { [version]: { name, version, dependencies } } };
        response.end(JSON.stringify(request.method === 'POST' ? { '@opentelemetry/api': [advisory] } : packument));
      });
      expect(said).to.include('high: @opentelemetry/api');
      expect(code).to.equal(1);
    });

    it('or else says that it was not: where the registry knows no audit, is not there, or npm is told to be offline', async () => {
      const refusing = await audited((_, response) => response.writeHead(405).end());
      expect(refusing.code).to.equal(3);
      expect(refusing.said).to.match(/^NOT DONE: .*405/);
      const absent = await auditedAt(await freeUrl(), { npm_config_offline: 'true' });
      expect(absent.code).to.equal(3);
      expect(absent.said).to.match(/^NOT DONE: .*ECONNREFUSED/);
    });
  });
});

function licenceFiles(path: string): string[] {
  return readdirSync(join(REPOSITORY, path)).filter((file) => /^(licen[cs]e|copying)/i.test(file));
}

describe('what development installs', () => {
  const { packages } = JSON.parse(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { license?: string }>;
  };
  const paths = Object.keys(packages).filter((path) => path !== '');

  it('has licences that ask for no more than to be named', () => {
    const others = paths.filter((path) => !PERMISSIVE.has(packages[path]?.license ?? ''));
    expect(others.map((path) => `${path}: ${packages[path]?.license}`)).to.deep.equal([]);
  });

  it('has licence files, but for packages that were looked at', () => {
    const isThere = new Set(readdirSync(join(REPOSITORY, 'node_modules'), { recursive: true }).map(String));
    const without = paths
      .filter((path) => isThere.has(path.slice('node_modules/'.length)))
      .filter((path) => licenceFiles(path).length === 0)
      .filter((path) => !WITHOUT_FILE.some((known) => known.test(nameOf(path))));
    expect(without).to.deep.equal([]);
  });
});
