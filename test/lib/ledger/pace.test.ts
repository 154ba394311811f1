import { expect } from 'chai';
import { Pace } from '../../../lib/ledger/pace.js';

describe('Pace', () => {
  const ascending = (values: readonly number[]) => [...values].sort((a, b) => a - b);
  const last = Array.from({ length: 16 }, (_, index) => index + 25);

  it('remembers the last 16 moves, and those whose size was told apart', () => {
    const pace = new Pace();
    const sizes = [undefined, 0, ...Array.from({ length: 38 }, () => 10)];
    for (const [index, size] of sizes.entries()) pace.add(100 * (index + 1), size);
    expect(pace).to.include({ moves: 40, sized: 38, bytes: 380 });
    expect(ascending(pace.perShard)).to.deep.equal(last.map((move) => 100 * move));
    expect(ascending(pace.perByte)).to.deep.equal(last.map((move) => 10 * move));
  });

  it('takes no more than that from what was saved', () => {
    const many = Array.from({ length: 20 }, (_, index) => index);
    const saved = { perShard: many, perByte: many, moves: 20, sized: 20, bytes: 200, width: 3, beganAt: 7 };
    const pace = new Pace();
    pace.load(saved);
    expect(pace.save()).to.deep.equal({ ...saved, perShard: many.slice(0, 16), perByte: many.slice(0, 16) });
  });
});
