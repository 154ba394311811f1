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
function stuckAndOverdue(clockAhead: number, through?: 'gateway'): Story {
  return {
    minutes: 100,
    play: (stage) => {
      const process = stage.start({ clockAhead, ...(through && { through }) });
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

/** Every story, by its name. */
export const STORIES: Readonly<Record<string, Story>> = {
  'a clock that is right': stuckAndOverdue(0),
  'a clock 37 minutes behind': stuckAndOverdue(-37),
  'a clock 37 minutes ahead': stuckAndOverdue(37),
  'a clock a day behind': stuckAndOverdue(-1_440),
  'a clock a day ahead': stuckAndOverdue(1_440),
  'resumed after 55 minutes, with moves of 25 minutes': {
    minutes: 200,
    play: (stage) => {
      const process = stage.start();
      stage.at(5, () => {
        begin(process, 'paused', 8);
        move(process, 'paused', 's-0');
      });
      stage.at(12, () => moved(process, 'paused', 's-0'));
      stage.at(14, () => process.controller.emit('paused'));
      stage.at(69, () => process.controller.emit('resumed'));
      stage.every(25, [69, 190], (round) => {
        if (round > 0) moved(process, 'paused', `s-${round}`);
        move(process, 'paused', `s-${round + 1}`);
      });
    },
  },
  'grows by a shard every 13 minutes and moves none': {
    minutes: 150,
    play: (stage) => {
      const process = stage.start();
      stage.at(5, () => {
        begin(process, 'grows', 6);
        move(process, 'grows', 's-1');
      });
      stage.every(13, [18, 150], (round) =>
        process.controller.emit('drainProgressed', {
          planId: 'grows',
          node: 'node-a',
          shards: 7 + round,
          shardsRemaining: 7 + round,
        }),
      );
    },
  },
  'goes and comes back every 8 minutes': {
    minutes: 150,
    play: (stage) => {
      const process = stage.start();
      stage.at(5, () => {
        begin(process, 'swings', 7);
        move(process, 'swings', 's-1');
      });
      stage.every(8, [13, 150], (round) =>
        process.controller.emit('drainProgressed', {
          planId: 'swings',
          node: 'node-a',
          shardsRemaining: round % 2 === 0 ? 6 : 7,
        }),
      );
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
  'one plan holds all three slots, five others wait': {
    minutes: 200,
    play: (stage) => {
      const process = stage.start();
      stage.at(2, () => process.controller.emit('policyChanged', { maxConcurrentMoves: 3 }));
      stage.at(5, () => {
        begin(process, 'holder', 9);
        for (const shard of ['s-1', 's-2', 's-3']) move(process, 'holder', shard);
      });
      stage.at(8, () => {
        for (let victim = 1; victim <= 5; victim += 1) begin(process, `victim-${victim}`, 4, `node-${victim}`);
      });
    },
  },
  'one of four nodes is emptied by a plan and stays so': {
    minutes: 600,
    play: (stage) => {
      const process = stage.start();
      stage.at(1, () =>
        process.controller.emit('ownershipChanged', {
          nodes: { 'node-a': 3, 'node-b': 20, 'node-c': 20, 'node-z': 20 },
        }),
      );
      stage.at(5, () => begin(process, 'maintenance', 3));
      for (const [index, shard] of ['s-1', 's-2', 's-3'].entries()) {
        stage.at(6 + index, () => move(process, 'maintenance', shard));
        stage.at(7 + index, () => moved(process, 'maintenance', shard));
      }
      stage.at(12, () => {
        process.controller.emit('planFinished', { planId: 'maintenance', outcome: 'completed' });
        process.controller.emit('stateChanged', { to: 'steady' });
        process.controller.emit('ownershipChanged', {
          nodes: { 'node-a': 0, 'node-b': 20, 'node-c': 20, 'node-z': 23 },
        });
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
  'a leader that steps down in minute 20, and nobody follows': {
    minutes: 60,
    play: (stage) => {
      const [leader] = pair(stage);
      stage.at(20, () => leader.controller.emit('leadershipChanged', { leading: false }));
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
  'taken out of service in minute 20, and said so': {
    minutes: 400,
    play: (stage) => {
      const process = stage.start();
      stage.at(20, () => {
        process.hang();
        process.controller.emit('decommissioned');
      });
      stage.at(50, () => {
        process.kill();
        process.withdraw();
      });
    },
  },
  'taken out of service in minute 20, and not said': {
    minutes: 400,
    play: (stage) => {
      const process = stage.start();
      stage.at(20, () => {
        process.kill();
        process.withdraw();
      });
    },
  },
  'taken out of service, back in minute 40, and killed in minute 90': {
    minutes: 130,
    play: (stage) => {
      const process = stage.start();
      stage.at(20, () => {
        process.hang();
        process.controller.emit('decommissioned');
      });
      stage.at(25, () => process.kill());
      stage.at(40, () => {
        const next = stage.start({ instance: 'mesh-controller-2:9464' });
        stage.at(90, () => next.kill());
      });
    },
  },
  'a controller without heartbeats that is killed in minute 20': {
    minutes: 90,
    play: (stage) => {
      const process = stage.start({ beats: false });
      stage.at(20, () => process.kill());
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
        for (const process of processes) {
          process.kill();
          process.withdraw();
        }
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

/** Two processes of one cluster: the first leads, the second says that it does not. */
function pair(stage: Stage): [leader: Process, standby: Process] {
  const processes: [Process, Process] = [stage.start(), stage.start({ instance: 'mesh-controller-1b:9464' })];
  for (const [index, { controller }] of processes.entries()) {
    controller.emit('leadershipChanged', { leading: index === 0 });
  }
  return processes;
}
