import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../support/process.js';

/** A certificate with its key and the authority that it is checked against: paths of files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** A certificate authority of its own. */
export class Authority {
  readonly #folder: string;
  #serial = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param folder for everything that it makes */
  static async create(folder: string): Promise<Authority> {
    const files = ['-keyout', join(folder, 'ca.key'), '-out', join(folder, 'ca.crt')];
    await run('openssl', ['req', '-x509', ...KEY, ...files, '-days', '2', '-subj', '/CN=test authority']);
    return new Authority(folder);
  }

  /** @param days from now to its end; a negative number gives one that has ended */
  async issue(days = 1): Promise<Certificate> {
    this.#serial += 1;
    const file = (ending: string) => join(this.#folder, `${this.#serial}.${ending}`);
    const certificate = { cert: file('crt'), key: file('key'), ca: join(this.#folder, 'ca.crt') };
    await run('openssl', ['req', ...KEY, '-keyout', certificate.key, '-out', file('csr'), '-subj', '/CN=127.0.0.1']);
    await writeFile(file('ext'), 'subjectAltName=IP:127.0.0.1\n');
    const authority = ['-CA', certificate.ca, '-CAkey', join(this.#folder, 'ca.key'), '-set_serial', `${this.#serial}`];
    const request = ['-req', '-in', file('csr'), '-out', certificate.cert, '-extfile', file('ext')];
    await run('openssl', ['x509', ...request, ...authority, '-days', String(days)]);
    return certificate;
  }
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** The environment that gives a Collector its certificate. */
export function tlsEnvironment({ cert, key, ca }: Certificate): Record<string, string> {
  return { COLLECTOR_TLS_CERT: cert, COLLECTOR_TLS_KEY: key, COLLECTOR_TLS_CA: ca };
}

/** The environment that gives a Collector a certificate and a token, which are made in a folder. */
export async function secretsIn(folder: string): Promise<Record<string, string>> {
  const certificate = await (await Authority.create(folder)).issue();
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, 'a-token');
  return { ...tlsEnvironment(certificate), COLLECTOR_TOKEN_FILE: tokenFile };
}
