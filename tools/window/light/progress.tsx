import { progressText } from '../../../examples/operator/cli/plan-text.js';

interface ProgressProps {
  readonly plan: { readonly shards: number; readonly shardsRemaining: number; readonly shardsMoving?: number };
  readonly label: string;
}

/** Shards that have moved, of all, and those that are moving. */
export function Progress({ plan, label }: ProgressProps) {
  const { shards, shardsRemaining, shardsMoving = 0 } = plan;
  const share = (count: number) => `${shards === 0 ? 100 : (100 * count) / shards}%`;
  return (
    <div class="progress">
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={shards}
        aria-valuenow={shards - shardsRemaining}
      >
        <i style={{ width: share(shards - shardsRemaining) }} />
        <i class="moving" style={{ width: share(Math.min(shardsMoving, shardsRemaining)) }} />
      </div>
      <span class="number">{progressText({ shards, shardsRemaining })}</span>
    </div>
  );
}
