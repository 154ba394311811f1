import { expect } from 'chai';
import { readMarkdown, repositoryFiles } from './markdown-files.js';

const PACKAGE = 'opentelemetry-instrumentation-mesh-rebalance';
const IMPORT = /^(?:import .*from |(?:const|let) .*require\()'((?!node:|\.)[^']+)'/gm;

/** `@scope/name` or `name`, without a version and without what is below. */
function packageOf(specifier: string): string {
  return /^(?:@[^/]+\/)?[^/@]+/.exec(specifier)?.[0] ?? specifier;
}

/** The packages that a shell block installs. */
function installedBy(text: string): string[] {
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.startsWith('npm install '))
    .flatMap((line) => line.split(/\s+/).slice(2))
    .map((word) => packageOf(word.replace(/^\.\/(.*)-\*\.tgz$/, '$1')));
}

/** The packages that a block of code imports. */
function importedBy({ language, text }: { language: string; text: string }): string[] {
  if (!['js', 'ts'].includes(language)) return [];
  return [...text.matchAll(IMPORT)].map(([, specifier = '']) => packageOf(specifier));
}

/** Blocks that import what no block before them, in their file, says to install. */
function missingIn(file: string): string[] {
  const installed = new Set<string>();
  return readMarkdown(file).blocks.flatMap(({ language, text }) => {
    if (language === 'sh') for (const name of installedBy(text)) installed.add(name);
    const needed = importedBy({ language, text });
    return needed.filter((name) => !installed.has(name)).map((name) => `${file}: ${name}`);
  });
}

/** Commands of blocks that run what no block before them, in their file, has installed or built. */
function unprepared(file: string): string[] {
  let [hasPackage, hasRepository] = [false, false];
  return readMarkdown(file)
    .blocks.filter(({ language }) => ['sh', 'console'].includes(language))
    .flatMap(({ language, text }) => {
      hasPackage ||= installedBy(text).includes(PACKAGE);
      hasRepository ||= /\bnpm ci\b/.test(text);
      const needed = [
        ...(hasPackage ? [] : [/\bnpx rebalance-rules\b/]),
        ...(hasRepository ? [] : [/\bnpm run\b/, /\bnode build\//]),
      ];
      const commands = text.split('\n').filter((line) => language === 'sh' || line.startsWith('$ '));
      return commands.filter((line) => needed.some((command) => command.test(line)));
    })
    .map((line) => `${file}: ${line}`);
}

describe('code that documents have to be pasted', () => {
  it('stands below a line that installs what it imports', () => {
    const files = repositoryFiles().filter((file) => file.endsWith('.md'));
    expect(files.flatMap(missingIn)).to.deep.equal([]);
    const withImports = files.filter((file) => readMarkdown(file).blocks.some((block) => importedBy(block).length > 0));
    expect(withImports).to.include.members(['README.md', 'docs/observability/install.md']);
  });

  it('runs programs of the package or the repository below a line that installs them', () => {
    const files = repositoryFiles().filter((file) => file.endsWith('.md'));
    expect(files.flatMap(unprepared)).to.deep.equal([]);
  });
});
