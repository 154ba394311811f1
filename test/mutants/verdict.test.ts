import { expect } from 'chai';
import { mutantsOf, type Report } from './mutant.js';
import { verdict } from './verdict.js';

const SOURCE = `export const zero = 0;
export function least(a: number, b: number): string {
  return a < b ? 'a' : 'b comes first';
}
`;

/** A report of one file with one mutant a line: its place in the third line, its kind, its fate. */
function reported(
  file: string,
  ...mutants: [code: string, mutatorName: string, replacement: string, status: string][]
) {
  const line = SOURCE.split('\n')[2] ?? '';
  const found = mutants.map(([code, mutatorName, replacement, status]) => {
    const column = line.indexOf(code) + 1;
    const location = { start: { line: 3, column }, end: { line: 3, column: column + code.length } };
    return { mutatorName, replacement, status, location };
  });
  return mutantsOf({ files: { [file]: { source: SOURCE, mutants: found } } } satisfies Report);
}

describe('the verdict on mutants', () => {
  const smaller = ['a < b', 'EqualityOperator', 'a <= b'] as const;
  const name = 'lib/ledger/least.ts:3 a < b → a <= b';

  it('names a survivor by its line, and gives the score of its room', () => {
    const mutants = reported(
      'lib/ledger/least.ts',
      [...smaller, 'Survived'],
      ['a < b', 'ConditionalExpression', 'true', 'Killed'],
      ['a < b', 'ConditionalExpression', 'false', 'Timeout'],
      ["'a'", 'StringLiteral', '""', 'NoCoverage'],
      ['return', 'BlockStatement', '{}', 'CompileError'],
    );
    expect(verdict(mutants, {}, () => true)).to.deep.equal({
      lines: [
        `survived: ${name}`,
        `survived: lib/ledger/least.ts:3 'a' → ""`,
        'ledger: 2 of 4 killed, 50.0 %: too few',
      ],
      isGood: false,
    });
  });

  it('leaves out text that a person reads or that is a definition', () => {
    const text = ["'b comes first'", 'StringLiteral', '""', 'Survived'] as const;
    expect(reported('lib/ledger/least.ts', [...text])).to.deep.equal([]);
    expect(reported('lib/metrics/definitions.ts', ["'a'", 'StringLiteral', '""', 'Survived'])).to.deep.equal([]);
  });

  it('does not count a listed survivor, and tells one that is killed or has moved', () => {
    const survived = reported('lib/ledger/least.ts', [...smaller, 'Survived'], ['a', 'StringLiteral', '""', 'Killed']);
    const killed = reported('lib/ledger/least.ts', [...smaller, 'Killed']);
    const listed = { [name]: 'the reason' };
    expect(verdict(survived, listed, () => true)).to.deep.equal({
      lines: ['ledger: 1 of 1 killed, 100.0 %'],
      isGood: true,
    });
    expect(verdict(killed, listed, () => true).lines[0]).to.equal(`listed as equivalent, but killed: ${name}`);
    expect(verdict(killed, listed, () => true).isGood).to.equal(false);
    const moved = { [name.replace(':3', ':4')]: 'the reason' };
    expect(verdict(killed, moved, () => true).lines[0]).to.match(/no longer there: .*:4/);
    expect(verdict(killed, moved, (file) => file !== 'lib/ledger/least.ts').isGood).to.equal(true);
  });
});
