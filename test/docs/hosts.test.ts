import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT, repositoryFiles } from './markdown-files.js';

/** Hosts that serve packages. Who installs may have others: an address in a file would be asked all the same. */
const HOSTS = [
  /\bregistry\.(?:npmjs|yarnpkg|npmmirror)\.(?:org|com)\b/,
  /\b(?:www\.)?npmjs\.(?:com|org)\b/,
  /\b(?:unpkg|jsdelivr|skypack|esm)\.(?:com|net|dev|sh)\b/,
  /\bnpm\.pkg\.github\.com\b/,
  /\b(?:proxy|sum|pkg)\.golang\.org\b/,
  /\bpkg\.go\.dev\b/,
  /\b(?:pypi|files\.pythonhosted)\.org\b/,
  /\b(?:repo1?|central)\.(?:maven|sonatype)\.(?:org|com)\b|\brepo\.maven\.apache\.org\b/,
  /\b(?:deb|ftp|security|snapshot)\.debian\.org\b/,
  /\bjsr\.io\b/,
  /\bdeno\.land\b/,
];

describe('the repository', () => {
  it('names no host of a package registry', () => {
    const found = repositoryFiles().flatMap((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8');
      return HOSTS.flatMap((host) => host.exec(text)?.[0] ?? []).map((name) => `${file}: ${name}`);
    });
    expect(found).to.deep.equal([]);
  });

  it('has lockfiles without addresses', () => {
    const files = repositoryFiles().filter((file) => file.endsWith('package-lock.json'));
    expect(files).to.include('package-lock.json');
    for (const file of files) expect(readFileSync(join(ROOT, file), 'utf8'), file).not.to.match(/"resolved"/);
  });
});
