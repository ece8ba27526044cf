/** Who holds the stack: commands, each for as long as its connection lives, or a person who said `up`. */
export interface StackLeases {
  hold(ended: AbortSignal): void;
  stand(): void;
  readonly count: () => number;
  readonly standing: () => boolean;
  close(): void;
}

export interface LeasePlan {
  readonly standing: boolean;
  readonly lingerMs: number;
  /** The first command connects soon after the supervisor started; if it never does, nobody wants the stack. */
  readonly firstWaitMs: number;
  readonly onIdle: () => void;
}

export function createLeases({ standing, lingerMs, firstWaitMs, onIdle }: LeasePlan): StackLeases {
  const held = new Set<AbortSignal>();
  let stands = standing;
  let timer: NodeJS.Timeout | undefined;
  const wait = (ms: number): void => {
    clearTimeout(timer);
    if (held.size === 0 && !stands) timer = setTimeout(onIdle, ms);
  };
  wait(firstWaitMs);
  return {
    count: () => held.size,
    standing: () => stands,
    hold: (ended) => {
      if (ended.aborted) return;
      held.add(ended);
      clearTimeout(timer);
      const release = (): void => {
        held.delete(ended);
        wait(lingerMs);
      };
      ended.addEventListener('abort', release, { once: true });
    },
    stand: () => {
      stands = true;
      clearTimeout(timer);
    },
    close: () => clearTimeout(timer),
  };
}
