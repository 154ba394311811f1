import { expect } from 'chai';
import { RealTimeline } from '../../examples/lab/real-timeline.js';
import { VirtualTimeline } from '../../examples/lab/virtual-timeline.js';
import { until } from '../support/until.js';

describe('the virtual timeline', () => {
  it('runs actions by time, and those of one moment in the order they were entered', () => {
    const timeline = new VirtualTimeline(0);
    const ran: string[] = [];
    const at = (time: number, name: string) => timeline.at(time, () => ran.push(`${name}@${timeline.now()}`));
    at(30, 'c');
    at(10, 'a');
    at(20, 'b1');
    at(20, 'b2');
    at(20, 'b3');
    timeline.runUntil(20);
    expect(ran).to.deep.equal(['a@10', 'b1@20', 'b2@20', 'b3@20']);
    expect(timeline.now()).to.equal(20);
    timeline.runUntil(100);
    expect(ran.at(-1)).to.equal('c@30');
    expect(timeline.now()).to.equal(100);
  });

  it('runs what an action schedules, forgets what is cancelled, and never goes back', () => {
    const timeline = new VirtualTimeline(0);
    const ran: number[] = [];
    const loop = () => {
      ran.push(timeline.now());
      timeline.after(10, loop);
    };
    loop();
    timeline.at(15, () => ran.push(-1))();
    timeline.at(25, () => timeline.at(5, () => ran.push(timeline.now())));
    timeline.runUntil(35);
    expect(ran).to.deep.equal([0, 10, 20, 25, 30]);
  });

  it('keeps the order of many', () => {
    const timeline = new VirtualTimeline(0);
    const ran: number[] = [];
    for (let index = 0; index < 1_000; index += 1) {
      const time = (index * 7_919) % 1_000;
      timeline.at(time, () => ran.push(time));
    }
    timeline.runUntil(1_000);
    expect(ran).to.deep.equal([...ran].sort((a, b) => a - b));
    expect(ran).to.have.length(1_000);
  });
});

describe('the real timeline', () => {
  it('follows a clock, faster by its factor', async () => {
    let real = 1_000_000;
    const timeline = new RealTimeline({ speed: 60, clock: () => real });
    try {
      expect(timeline.now()).to.equal(1_000_000);
      const ran: string[] = [];
      timeline.after(60_000, () => ran.push('due'));
      timeline.after(60_001, () => ran.push('late'));
      real += 1_000;
      expect(timeline.now()).to.equal(1_060_000);
      await until(() => ran[0]);
      expect(ran).to.deep.equal(['due']);
    } finally {
      timeline.stop();
    }
  });
});
