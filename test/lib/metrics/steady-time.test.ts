import { expect } from 'chai';
import { SteadyTime } from '../../../lib/metrics/steady-time.js';

describe('SteadyTime', () => {
  it('passes as its clock does', () => {
    const time = new SteadyTime(1_000);
    expect(time.follow(5_000)).to.equal(5_000);
    expect(time.at(9_000)).to.equal(9_000);
    expect(time.follow(6_000)).to.equal(6_000);
  });

  it('goes on from where it was after the clock was set back, as soon as it follows', () => {
    const time = new SteadyTime(900_000);
    expect(time.at(1_000)).to.equal(900_000);
    expect(time.follow(1_000)).to.equal(900_000);
    expect(time.at(61_000)).to.equal(960_000);
    expect(time.follow(61_000)).to.equal(960_000);
  });
});
