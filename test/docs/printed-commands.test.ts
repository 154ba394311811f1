import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { repositoryFiles } from './markdown-files.js';

/** Commands that take the id of a plan, with what follows them on their line. */
const OF_A_PLAN = /shards rebalance (?:show|approve|reject|cancel|watch)\b([^\n`|]*)/g;
/** Options, with their values, and then no id. */
const NO_ID = /^(?: -{1,2}[\w-]+(?:[= ](?:'[^']*'|[^\s'-]\S*))?)*(?: --(?: |$)|\W*$|\W*\\?["\])])/;

function withoutSeparator(text: string): string[] {
  return [...text.matchAll(OF_A_PLAN)].filter(([, rest = '']) => !NO_ID.test(rest)).map(([command]) => command);
}

describe('printed commands', () => {
  const files = repositoryFiles().filter((file) =>
    /^(?:docs|rules|dashboards|collector|examples)\/.*\.(?:md|ya?ml|json)$/.test(file),
  );

  it('have the id of a plan behind --, so that no id is an option', () => {
    const found = files.flatMap((file) =>
      withoutSeparator(readFileSync(file, 'utf8')).map((line) => `${file}: ${line}`),
    );
    expect(found).to.deep.equal([]);
  });

  it('are seen where they have not', () => {
    expect(
      withoutSeparator("mesh shards rebalance show 'a'\nmesh shards rebalance cancel --reason 'b' c"),
    ).to.have.length(2);
    expect(withoutSeparator("mesh shards rebalance show -- 'a'\nmesh shards rebalance watch\n")).to.deep.equal([]);
  });
});
