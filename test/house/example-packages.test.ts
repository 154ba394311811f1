import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';

const ROOT = new URL('../../../', import.meta.url).pathname;
const EXAMPLES = join(ROOT, 'examples');
const NAME = 'opentelemetry-instrumentation-mesh-rebalance';
const SPECIFIER =
  /\bfrom '([^']+)'|\bimport\('([^']+)'\)|\bresolve\('([^']+)'\)|createRequire\(import\.meta\.url\)\('([^']+)'\)/g;

interface Manifest {
  readonly version?: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => !file.includes('node_modules'));

/** What a file names: packages, and folders of examples beside its own as their packages. */
function namedBy(file: string, example: string): string[] {
  const text = readFileSync(join(EXAMPLES, file), 'utf8');
  return [...text.matchAll(SPECIFIER)].flatMap((groups) => {
    const specifier = groups.slice(1).find((group) => group !== undefined) ?? '';
    if (specifier.startsWith('node:')) return [];
    if (specifier.startsWith('.')) {
      const [folder = ''] = join(dirname(file), specifier).split('/');
      return folder === example.split('/')[0] ? [] : [`example-${folder}`];
    }
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '';
    if (name !== NAME) return [name];
    // Its peers, of which the second is one of an entry point.
    return [
      name,
      '@opentelemetry/api',
      ...(specifier.endsWith('/prometheus') ? ['@opentelemetry/exporter-prometheus'] : []),
    ];
  });
}

describe('the package.json of each example', () => {
  const examples = filesBelow(EXAMPLES)
    .filter((file) => file.endsWith('/package.json'))
    .map((file) => dirname(file));
  const root = manifestOf(ROOT);

  it('is there: no file of an example is outside of one', () => {
    const code = filesBelow(EXAMPLES).filter((file) => /\.(ts|mjs)$/.test(file));
    const outside = code.filter((file) => !examples.some((example) => file.startsWith(`${example}/`)));
    expect(code.length).to.be.greaterThan(100);
    expect(outside).to.deep.equal([]);
  });

  for (const example of examples) {
    const files = filesBelow(join(EXAMPLES, example)).filter((file) => /\.(ts|mjs)$/.test(file));

    it(`${example} names what its files import, and nothing else`, () => {
      const named = new Set(files.flatMap((file) => namedBy(join(example, file), example)));
      expect(Object.keys(manifestOf(join(EXAMPLES, example)).dependencies)).to.have.members([...named]);
    });

    if (example === 'setup/otel-js-3') continue;
    it(`${example} has the releases that the tests run`, () => {
      for (const [name, version] of Object.entries(manifestOf(join(EXAMPLES, example)).dependencies)) {
        const tested = name === NAME ? `^${root.version}` : (root.devDependencies?.[name] ?? '*');
        expect(version, name).to.equal(tested);
      }
    });
  }
});
