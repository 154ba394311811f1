import type { Process, Stage } from './played-events.js';

/** Events of controllers, and how long they are watched. */
export interface Story {
  readonly minutes: number;
  readonly play: (stage: Stage) => void;
}

/** Brings a plan to work: it is created, approved, and its first node begins to drain. */
function begin({ controller }: Process, planId: string, shards: number, node = 'node-a'): void {
  controller.emit('planCreated', { planId, shards, nodes: [node], approvalMode: 'manual', trigger: 'node_added' });
  controller.emit('approvalRequested', { planId });
  controller.emit('approvalDecided', { planId, decision: 'approved', actor: 'grace' });
  controller.emit('drainStarted', { planId, node, shards });
}

function move({ controller }: Process, planId: string, shard: string, source = 'node-a'): void {
  controller.emit('moveStarted', { planId, shard, source, target: 'node-z' });
}

function moved({ controller }: Process, planId: string, shard: string): void {
  controller.emit('moveFinished', { planId, shard, outcome: 'completed' });
}

/** A plan whose only move never ends, and one that nobody approves. */
function stuckAndOverdue(clockAhead: number): Story {
  return {
    minutes: 100,
    play: (stage) => {
      const process = stage.start({ clockAhead });
      stage.at(4, () => {
        process.controller.emit('planCreated', { planId: 'waits', shards: 3 });
        process.controller.emit('approvalRequested', { planId: 'waits' });
      });
      stage.at(10, () => {
        begin(process, 'hangs', 7);
        move(process, 'hangs', 's-1');
      });
    },
  };
}

/** A plan that moves nothing from minute 5 on. */
function playEnd(stage: Stage, process: Process, minute: number, outcome: 'failed' | 'cancelled'): void {
  stage.at(5, () => {
    begin(process, 'hangs', 7);
    move(process, 'hangs', 's-1');
  });
  const errorType = outcome === 'failed' ? 'timeout' : undefined;
  stage.at(minute, () => process.controller.emit('planFinished', { planId: 'hangs', outcome, errorType }));
}

function endsWithoutProgress(minute: number, outcome: 'failed' | 'cancelled'): Story {
  return { minutes: 110, play: (stage) => playEnd(stage, stage.start(), minute, outcome) };
}

/** A plan whose only move hangs, and a pause of the controller that comes again and again. */
function pausedAgain(planId: string, pause: { every: number; from: number; to: number; minutes: number }): Story {
  const { every, from, to, minutes } = pause;
  return {
    minutes,
    play: (stage) => {
      const process = stage.start();
      stage.at(4, () => {
        begin(process, planId, 9);
        move(process, planId, 's-1');
      });
      stage.every(every, [from, minutes], () => process.controller.emit('paused'));
      stage.every(every, [to, minutes], () => process.controller.emit('resumed'));
    },
  };
}

/** Every story, by its name. */
export const STORIES: Readonly<Record<string, Story>> = {
  'a clock that is right': stuckAndOverdue(0),
  'a clock 37 minutes behind': stuckAndOverdue(-37),
  'a clock 37 minutes ahead': stuckAndOverdue(37),
  'a clock a day behind': stuckAndOverdue(-1_440),
  'a clock a day ahead': stuckAndOverdue(1_440),
  'paused for 100 minutes with a move under way that takes as long': {
    minutes: 130,
    play: (stage) => {
      const process = stage.start();
      stage.at(5, () => {
        begin(process, 'paused', 3);
        move(process, 'paused', 's-1');
      });
      stage.at(10, () => process.controller.emit('paused'));
      stage.at(110, () => process.controller.emit('resumed'));
      stage.at(112, () => moved(process, 'paused', 's-1'));
      stage.every(10, [112, 130], (round) => {
        move(process, 'paused', `s-${round + 2}`);
        if (round > 0) moved(process, 'paused', `s-${round + 1}`);
      });
    },
  },
  'a plan fails in minute 38, for 33 minutes without progress': endsWithoutProgress(38, 'failed'),
  'a plan without progress pages, and fails in minute 60': endsWithoutProgress(60, 'failed'),
  'a plan without progress pages, and is cancelled in minute 60': endsWithoutProgress(60, 'cancelled'),
  'a plan without progress pages, fails in minute 60, and the next one completes in minute 66': {
    minutes: 150,
    play: (stage) => {
      const process = stage.start();
      playEnd(stage, process, 60, 'failed');
      stage.at(62, () => {
        begin(process, 'next', 1);
        move(process, 'next', 's-1');
      });
      stage.at(66, () => {
        moved(process, 'next', 's-1');
        process.controller.emit('planFinished', { planId: 'next', outcome: 'completed' });
      });
    },
  },
  'a plan without progress pages, moves a shard in minute 63, and fails in minute 71': {
    minutes: 100,
    play: (stage) => {
      const process = stage.start();
      playEnd(stage, process, 71, 'failed');
      stage.at(63, () => moved(process, 'hangs', 's-1'));
    },
  },
  'a plan without progress pages, is cancelled in minute 60, and its id is used for one that fails at once': {
    minutes: 90,
    play: (stage) => {
      const process = stage.start();
      playEnd(stage, process, 60, 'cancelled');
      stage.at(66, () => begin(process, 'hangs', 3));
      stage.at(70, () => {
        process.controller.emit('planFinished', { planId: 'hangs', outcome: 'failed', errorType: 'disk_full' });
      });
    },
  },
  'a backlog of approvals of which the oldest is decided every 15 minutes': {
    minutes: 700,
    play: (stage) => {
      const process = stage.start();
      stage.every(15, [5, 300], (round) => {
        process.controller.emit('planCreated', { planId: `waits-${round}`, shards: 3 });
        process.controller.emit('approvalRequested', { planId: `waits-${round}` });
      });
      stage.every(15, [260, 560], (round) => {
        const planId = `waits-${round}`;
        process.controller.emit('approvalDecided', { planId, decision: 'rejected', actor: 'grace' });
        process.controller.emit('planFinished', { planId, outcome: 'cancelled' });
      });
    },
  },
  'a leader 53 minutes behind its standby fails a plan in minute 20, and completes one in minute 27': {
    minutes: 80,
    play: (stage) => {
      const [leader] = pair(stage, { clockAhead: -53 });
      for (const [planId, minute, outcome] of [
        ['fails', 20, 'failed'],
        ['works', 27, 'completed'],
      ] as const) {
        stage.at(minute - 4, () => begin(leader, planId, 1));
        const errorType = outcome === 'failed' ? 'timeout' : undefined;
        stage.at(minute, () => leader.controller.emit('planFinished', { planId, outcome, errorType }));
      }
    },
  },
  'five plans fail one after the other, then one completes': {
    minutes: 300,
    play: (stage) => {
      const process = stage.start();
      stage.every(20, [5, 180], (round) => {
        const planId = `plan-${round}`;
        begin(process, planId, 1);
        move(process, planId, 's-1');
        const outcome = round < 5 ? 'failed' : 'completed';
        const errorType = round < 5 ? 'timeout' : undefined;
        stage.timeline.after(4 * 60_000, () => {
          process.controller.emit('moveFinished', { planId, shard: 's-1', outcome, errorType });
          process.controller.emit('planFinished', { planId, outcome, errorType });
        });
      });
    },
  },
  'a guardrail that trips every 17 minutes holds a plan for hours': {
    minutes: 300,
    play: (stage) => {
      const process = stage.start();
      stage.at(5, () => begin(process, 'held', 9));
      stage.every(17, [6, 300], () =>
        process.controller.emit('guardrailTripped', { guardrail: 'incident', planId: 'held', reason: 'INC-7' }),
      );
    },
  },
  'paused for 6 minutes while one plan is looked into, and another was approved': {
    minutes: 100,
    play: (stage) => {
      const { controller } = stage.start();
      stage.at(3, () => controller.emit('planCreated', { planId: 'looked-into', shards: 5, state: 'investigating' }));
      stage.at(5, () => {
        controller.emit('planCreated', { planId: 'approved', shards: 5 });
        controller.emit('approvalRequested', { planId: 'approved' });
      });
      stage.at(9, () => controller.emit('paused'));
      stage.at(11, () => controller.emit('approvalDecided', { planId: 'approved', decision: 'approved' }));
      stage.at(15, () => controller.emit('resumed'));
    },
  },
  'approved while a guardrail holds it that nobody clears, and never begun': {
    minutes: 100,
    play: (stage) => {
      const { controller } = stage.start();
      stage.at(4, () => {
        controller.emit('planCreated', { planId: 'forgotten', shards: 5 });
        controller.emit('approvalRequested', { planId: 'forgotten' });
      });
      stage.at(13, () => controller.emit('guardrailTripped', { guardrail: 'incident' }));
      stage.at(17, () => controller.emit('approvalDecided', { planId: 'forgotten', decision: 'approved' }));
    },
  },
  'a guardrail that trips before and after an approval of three hours': {
    minutes: 270,
    play: (stage) => {
      const process = stage.start();
      const { controller } = process;
      const trip = () => controller.emit('guardrailTripped', { guardrail: 'cooldown', planId: 'late' });
      stage.at(5, () => {
        controller.emit('planCreated', { planId: 'late', shards: 5 });
        controller.emit('approvalRequested', { planId: 'late' });
      });
      stage.at(7, trip);
      stage.at(187, () => controller.emit('approvalDecided', { planId: 'late', decision: 'approved' }));
      stage.every(9, [188, 260], trip);
    },
  },
  'a plan that tells no totals waits for the slot that another holds': {
    minutes: 110,
    play: (stage) => {
      const process = stage.start();
      stage.at(2, () => {
        process.controller.emit('policyChanged', { maxConcurrentMoves: 1 });
        process.controller.emit('planCreated', { planId: 'waits' });
        move(process, 'waits', 's-1', 'node-b');
      });
      stage.at(9, () => {
        moved(process, 'waits', 's-1');
        begin(process, 'hangs', 11);
        move(process, 'hangs', 's-1');
      });
    },
  },
  'a guardrail that trips every 22 minutes and is cleared 6 minutes later, and nothing moves': {
    minutes: 160,
    play: (stage) => {
      const process = stage.start();
      const cooldown = { guardrail: 'cooldown', planId: 'held' };
      stage.at(4, () => begin(process, 'held', 9));
      stage.every(22, [7, 160], () => process.controller.emit('guardrailTripped', cooldown));
      stage.every(22, [13, 160], () => process.controller.emit('guardrailCleared', cooldown));
    },
  },
  'paused for 5 minutes every 26 minutes, with a move that hangs': pausedAgain('paused', {
    every: 26,
    from: 9,
    to: 14,
    minutes: 160,
  }),
  'paused for 3 minutes, free for over an hour, and that twice more, with a move that hangs': pausedAgain('hangs', {
    every: 76,
    from: 8,
    to: 11,
    minutes: 190,
  }),
  'a plan that asks for its approval every 23 minutes and is given it 2 minutes later, and nothing moves': {
    minutes: 140,
    play: (stage) => {
      const process = stage.start();
      const { controller } = process;
      stage.at(4, () => begin(process, 'asks', 6));
      stage.every(23, [20, 140], () => controller.emit('approvalRequested', { planId: 'asks' }));
      stage.every(23, [22, 140], () => controller.emit('approvalDecided', { planId: 'asks', decision: 'approved' }));
    },
  },
  'a plan at work asks for its approval in minute 20, which expires in minute 80': {
    minutes: 140,
    play: (stage) => {
      const process = stage.start();
      stage.at(4, () => begin(process, 'asks', 6));
      stage.at(20, () => process.controller.emit('approvalRequested', { planId: 'asks' }));
      stage.at(80, () => process.controller.emit('approvalDecided', { planId: 'asks', decision: 'expired' }));
    },
  },
  'a plan that goes back to wait every 25 minutes and begins anew 3 minutes later, and nothing moves': {
    minutes: 130,
    play: (stage) => {
      const process = stage.start();
      const enter = (to: 'rebalancePending' | 'rebalancing') =>
        process.controller.emit('stateChanged', { planId: 'flaps', to });
      stage.at(4, () => {
        begin(process, 'flaps', 8);
        enter('rebalancing');
      });
      stage.every(25, [20, 130], () => enter('rebalancePending'));
      stage.every(25, [23, 130], () => enter('rebalancing'));
    },
  },
  'one slot, which a plan that fails each time shares with one that goes on': {
    minutes: 160,
    play: (stage) => {
      const process = stage.start();
      stage.at(2, () => process.controller.emit('policyChanged', { maxConcurrentMoves: 1 }));
      stage.at(3, () => {
        begin(process, 'fails', 5);
        begin(process, 'works', 30, 'node-b');
      });
      stage.every(24, [4, 160], (round) => {
        move(process, 'works', `s-${round}`, 'node-b');
        stage.timeline.after(13 * 60_000, () => {
          moved(process, 'works', `s-${round}`);
          move(process, 'fails', 's-1');
        });
        stage.timeline.after(23 * 60_000, () =>
          process.controller.emit('moveFinished', {
            planId: 'fails',
            shard: 's-1',
            outcome: 'failed',
            errorType: 'timeout',
          }),
        );
      });
    },
  },
  'three moves that hang take every slot, and four other plans wait for one': {
    minutes: 120,
    play: (stage) => {
      const process = stage.start();
      stage.at(2, () => process.controller.emit('policyChanged', { maxConcurrentMoves: 3 }));
      stage.at(5, () => {
        begin(process, 'hangs', 11);
        for (const shard of ['s-1', 's-2', 's-3']) move(process, 'hangs', shard);
      });
      stage.every(3, [12, 21], (round) => begin(process, `waits-${round}`, 4, `node-${round}`));
    },
  },
  'moves of one plan take both slots again and again, with a minute in between, and two other plans wait for one': {
    minutes: 130,
    play: (stage) => {
      const process = stage.start();
      stage.at(2, () => process.controller.emit('policyChanged', { maxConcurrentMoves: 2 }));
      stage.every(3, [3, 9], (round) =>
        begin(process, ['works', 'waits-0', 'waits-1'][round] as string, 40, `node-${round}`),
      );
      stage.every(20, [4, 130], (round) => {
        const both = [`s-${2 * round}`, `s-${2 * round + 1}`];
        for (const shard of both) move(process, 'works', shard, 'node-0');
        stage.timeline.after(19 * 60_000, () => {
          for (const shard of both) moved(process, 'works', shard);
        });
      });
    },
  },
  'a plan that gains two shards every 25 minutes and moves none': {
    minutes: 130,
    play: (stage) => {
      const process = stage.start();
      stage.at(5, () => {
        begin(process, 'grows', 6);
        move(process, 'grows', 's-1');
      });
      stage.every(25, [20, 130], (round) => {
        const shards = 8 + 2 * round;
        process.controller.emit('drainProgressed', {
          planId: 'grows',
          node: 'node-a',
          shards,
          shardsRemaining: shards,
        });
      });
    },
  },
  'two shards that leave a node every 20 minutes and come back: 14, 12, 14': {
    minutes: 150,
    play: (stage) => {
      const process = stage.start();
      const both = ['s-1', 's-2'];
      const left = (shardsRemaining: number) =>
        process.controller.emit('drainProgressed', { planId: 'swings', node: 'node-a', shardsRemaining });
      stage.at(5, () => begin(process, 'swings', 14));
      stage.every(20, [10, 150], () => {
        for (const shard of both) move(process, 'swings', shard);
      });
      stage.every(20, [27, 150], () => {
        for (const shard of both) moved(process, 'swings', shard);
        left(12);
      });
      stage.every(20, [28, 150], () => left(14));
    },
  },
  'one of four nodes is drained for maintenance and stays empty': {
    minutes: 560,
    play: (stage) => {
      const process = stage.start();
      const own = (drained: number, others: number) =>
        process.controller.emit('ownershipChanged', {
          nodes: { 'node-a': drained, 'node-b': others, 'node-c': others, 'node-z': others },
        });
      stage.at(1, () => {
        process.controller.emit('stateChanged', { to: 'steady' });
        own(15, 15);
      });
      stage.at(5, () => {
        begin(process, 'empties', 15);
        for (let shard = 0; shard < 15; shard += 1) move(process, 'empties', `s-${shard}`);
      });
      stage.at(9, () => {
        for (let shard = 0; shard < 15; shard += 1) moved(process, 'empties', `s-${shard}`);
        own(0, 20);
        process.controller.emit('drainFinished', { planId: 'empties', node: 'node-a', outcome: 'completed' });
        process.controller.emit('planFinished', { planId: 'empties', outcome: 'completed' });
      });
    },
  },
  'one of four nodes is new and never filled': {
    minutes: 600,
    play: (stage) => {
      const process = stage.start();
      stage.at(1, () => {
        process.controller.emit('stateChanged', { to: 'steady' });
        process.controller.emit('ownershipChanged', {
          nodes: { 'node-a': 0, 'node-b': 20, 'node-c': 20, 'node-z': 23 },
        });
      });
    },
  },
  'a leader and its standby': {
    minutes: 90,
    play: (stage) => {
      const [leader] = pair(stage);
      stage.at(5, () => begin(leader, 'led', 40));
      stage.every(4, [6, 88], (round) => {
        if (round > 0) moved(leader, 'led', `s-${round}`);
        move(leader, 'led', `s-${round + 1}`);
      });
    },
  },
  'two leaders from minute 20 to 60': {
    minutes: 90,
    play: (stage) => {
      const [, standby] = pair(stage);
      stage.at(20, () => standby.controller.emit('leadershipChanged', { leading: true }));
      stage.at(60, () => standby.controller.emit('leadershipChanged', { leading: false }));
    },
  },
  'two leaders, of which one has never said so': {
    minutes: 60,
    play: (stage) => {
      stage.start();
      stage.at(20, () => {
        const other = stage.start({ instance: 'mesh-controller-1b:9464' });
        other.controller.emit('leadershipChanged', { leading: true });
      });
    },
  },
  'a leader that fails a plan in minute 10 and is killed in minute 20; its standby follows in minute 40': {
    minutes: 60,
    play: (stage) => {
      const [leader, standby] = pair(stage);
      stage.at(4, () => begin(leader, 'fails', 1));
      stage.at(10, () => leader.controller.emit('planFinished', { planId: 'fails', outcome: 'failed' }));
      stage.at(20, () => leader.kill());
      stage.at(40, () => standby.controller.emit('leadershipChanged', { leading: true }));
    },
  },
  'a leader that is killed in minute 20, and nobody follows': {
    minutes: 60,
    play: (stage) => {
      const [leader] = pair(stage);
      stage.at(20, () => leader.kill());
    },
  },
  'hand-overs of 40 seconds': {
    minutes: 90,
    play: (stage) => {
      const processes = pair(stage);
      stage.every(20, [20, 80], (round) => {
        const [from, to] = round % 2 === 0 ? processes : [processes[1], processes[0]];
        from.controller.emit('leadershipChanged', { leading: false });
        stage.timeline.after(40_000, () => to.controller.emit('leadershipChanged', { leading: true }));
      });
    },
  },
  'a leader whose loop hangs, beside a standby': {
    minutes: 60,
    play: (stage) => {
      const [leader] = pair(stage);
      stage.at(20, () => leader.hang());
    },
  },
  'taken out of service in minute 20, and said so; its standby goes in minute 32': {
    minutes: 400,
    play: (stage) => {
      const [leader, standby] = pair(stage);
      stage.at(20, () => takeOut(leader));
      stage.at(32, () => end(standby));
      stage.at(50, () => end(leader));
    },
  },
  'taken out of service in minute 20, and back in minute 60 with standbys only': {
    minutes: 100,
    play: (stage) => {
      const processes = pair(stage);
      stage.at(20, () => takeOut(processes[0]));
      stage.at(25, () => processes.map(end));
      stage.at(60, () => {
        for (const instance of ['mesh-controller-2:9464', 'mesh-controller-2b:9464']) {
          stage.start({ instance }).controller.emit('leadershipChanged', { leading: false });
        }
      });
    },
  },
  'without heartbeats, taken out of service in minute 20, and said so': {
    minutes: 120,
    play: (stage) => {
      const process = stage.start({ beats: false });
      stage.at(20, () => process.controller.emit('decommissioned'));
      stage.at(50, () => end(process));
    },
  },
  'taken out of service, back in minute 40, and killed in minute 90': {
    minutes: 130,
    play: (stage) => {
      const process = stage.start();
      stage.at(20, () => takeOut(process));
      stage.at(25, () => process.kill());
      stage.at(40, () => {
        const next = stage.start({ instance: 'mesh-controller-2:9464' });
        stage.at(90, () => next.kill());
      });
    },
  },
  'a controller without heartbeats that is killed in minute 20, and again in minute 60': {
    minutes: 100,
    play: (stage) => {
      const process = stage.start({ beats: false });
      stage.at(20, () => process.kill());
      stage.at(50, () => {
        const next = stage.start({ beats: false, instance: 'mesh-controller-2:9464' });
        stage.at(60, () => next.kill());
      });
    },
  },
  'a leader that steps down in minute 20, and both processes are replaced in minute 40': {
    minutes: 60,
    play: (stage) => {
      const processes = pair(stage);
      stage.at(20, () => processes[0].controller.emit('leadershipChanged', { leading: false }));
      stage.at(40, () => {
        processes.map(end);
      });
      stage.at(41, () => {
        for (const instance of ['mesh-controller-2:9464', 'mesh-controller-2b:9464']) {
          stage.start({ instance }).controller.emit('leadershipChanged', { leading: false });
        }
      });
    },
  },
  'killed in minute 20 behind a gateway, with a clock that is right': killed(0),
  'killed in minute 20 behind a gateway, with a clock 37 minutes behind': killed(-37),
  'killed in minute 20 behind a gateway, with a clock 37 minutes ahead': killed(37),
};

function killed(clockAhead: number): Story {
  return {
    minutes: 90,
    play: (stage) => {
      const process = stage.start({ through: 'gateway', clockAhead });
      stage.at(20, () => process.kill());
    },
  };
}

/** Says that the cluster is taken out of service; the process goes on answering. */
function takeOut(process: Process): void {
  process.hang();
  process.controller.emit('decommissioned');
}

/** Ends a process that Prometheus no longer knows of. */
function end(process: Process): void {
  process.kill();
  process.withdraw();
}

/** Two processes of one cluster: the first leads, the second says that it does not. */
function pair(stage: Stage, leader: Parameters<Stage['start']>[0] = {}): [leader: Process, standby: Process] {
  const processes: [Process, Process] = [stage.start(leader), stage.start({ instance: 'mesh-controller-1b:9464' })];
  for (const [index, { controller }] of processes.entries()) {
    controller.emit('leadershipChanged', { leading: index === 0 });
  }
  return processes;
}
