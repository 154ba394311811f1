import { posix } from 'node:path';
import { expect } from 'chai';
import { publishedFiles, readMarkdown, repositoryFiles } from './markdown-files.js';

/** Pictures of the Markdown files among these that are not among them. */
function missingPictures(files: readonly string[]): string[] {
  return files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      readMarkdown(file).pictures.map((path) => [file, posix.join(posix.dirname(file), path)] as const),
    )
    .filter(([, path]) => !files.includes(path))
    .map(([file, path]) => `${file} -> ${path}`);
}

/** What the Markdown files among these lead to and is not among them. */
function deadLinks(files: readonly string[]): string[] {
  const places = new Set(files.flatMap((file) => [file, ...foldersOf(file)]));
  const pages = new Map(files.filter((file) => file.endsWith('.md')).map((file) => [file, readMarkdown(file)]));
  return [...pages].flatMap(([file, { targets }]) =>
    targets
      .filter((target) => {
        if (URL.canParse(target)) return false;
        const [path = '', anchor] = target.split('#');
        const place = path === '' ? file : posix.join(posix.dirname(file), path).replace(/\/$/, '');
        if (!places.has(place)) return true;
        return anchor !== undefined && !pages.get(place)?.anchors.includes(anchor);
      })
      .map((target) => `${file} -> ${target}`),
  );
}

function foldersOf(file: string): string[] {
  const folder = posix.dirname(file);
  return folder === '.' ? [] : [folder, ...foldersOf(folder)];
}

describe('links in documents', () => {
  it('lead to something in the repository', () => {
    expect(deadLinks(repositoryFiles())).to.deep.equal([]);
  });

  it('have the pictures that they show, which stay in the repository', () => {
    expect(missingPictures(repositoryFiles())).to.deep.equal([]);
    expect(missingPictures(['README.md'])).to.include('README.md -> docs/screenshots/oncall-stuck-light.png');
    expect(missingPictures(['docs/runbooks/MeshRebalanceStuck.md'])).to.have.length(1);
  });

  it('lead to something in the published package', async () => {
    const files = await publishedFiles();
    expect(files).to.include.members(['README.md', 'docs/observability/install.md', 'docs/runbooks/README.md']);
    expect(deadLinks(files)).to.deep.equal([]);
  });

  it('are seen where one is dead, a file or a heading', () => {
    expect(deadLinks(['README.md', 'docs/observability/metrics.md'])).to.include(
      'README.md -> docs/observability/install.md',
    );
  });
});
