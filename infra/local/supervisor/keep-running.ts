import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { asH2gError, type ErrorFacts, H2gError } from '../../../domain/error.ts';
import type { ProcessExit } from '../spawn-logged.ts';
import { stopWhenStuck, type StuckWatch } from './stop-when-stuck.ts';

/** A process that is up. */
export interface Running {
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  readonly stop: () => Promise<void>;
}

export interface KeptFacts {
  readonly name: string;
  readonly state: 'starting' | 'ready' | 'waiting' | 'stopped';
  readonly pid?: number;
  /** How often it had to be started again. */
  readonly restarts: number;
  readonly lastError?: ErrorFacts;
}

export interface KeepPlan {
  readonly name: string;
  /** Resolves when the process is ready; ends it when the signal is aborted. */
  readonly start: (signal: AbortSignal) => Promise<Running>;
  readonly firstBackoffMs: number;
  /** Who is up and will not mend by itself is stopped and started again. */
  readonly stuck?: StuckWatch | undefined;
  readonly onChange: (facts: KeptFacts) => void;
}

export interface KeptProcess {
  readonly facts: () => KeptFacts;
  /** Resolves when it is ready; a pause is cut short. @throws its last error once it has failed that often from now on */
  readonly ready: (tries: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const LONGEST_BACKOFF_MS = 30_000;
/** Who lives this long is not in a crash loop. */
const STEADY_AFTER_MS = 60_000;

/** @example backoffMs(1000, 3) // 4000 */
export const backoffMs = (firstMs: number, failures: number): number =>
  Math.min(LONGEST_BACKOFF_MS, firstMs * 2 ** (failures - 1));

/** Starts a process and starts it again whenever it ends, with longer and longer pauses, until it is stopped. */
export function keepRunning(plan: KeepPlan): KeptProcess {
  const stopping = new AbortController();
  const changes = new EventEmitter().setMaxListeners(0);
  let facts: KeptFacts = { name: plan.name, state: 'starting', restarts: 0 };
  let failures = 0;
  let hurry = new AbortController();

  const pause = async (ms: number): Promise<void> => {
    hurry = new AbortController();
    const signal = AbortSignal.any([stopping.signal, hurry.signal]);
    await delay(ms, undefined, { signal }).catch(() => {});
  };

  const become = (state: KeptFacts['state'], more: Pick<KeptFacts, 'pid' | 'lastError'> = {}): void => {
    const { lastError, restarts } = facts;
    facts = { name: plan.name, state, restarts, ...(lastError === undefined ? {} : { lastError }), ...more };
    plan.onChange(facts);
    changes.emit('change');
  };

  const runOnce = async (): Promise<void> => {
    become('starting');
    const running = await plan.start(stopping.signal);
    const readyAt = performance.now();
    become('ready', { pid: running.pid });
    const stop = (): void => void running.stop();
    stopping.signal.addEventListener('abort', stop, { once: true });
    if (stopping.signal.aborted) stop();
    const stuck = plan.stuck === undefined ? false : stopWhenStuck(running, plan.stuck);
    const { code, signal } = await running.exited;
    stopping.signal.removeEventListener('abort', stop);
    if (performance.now() - readyAt > STEADY_AFTER_MS) failures = 0;
    if (await stuck) throw new Error(`${plan.name} refused what it was asked for, as only a new start helps against`);
    throw new Error(`${plan.name} ended by itself (${signal ?? `exit code ${code}`})`);
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await runOnce();
      } catch (error) {
        if (stopping.signal.aborted) break;
        failures += 1;
        become('waiting', { lastError: asH2gError(error).facts });
        await pause(backoffMs(plan.firstBackoffMs, failures));
        facts = { ...facts, restarts: facts.restarts + 1 };
      }
    }
    become('stopped');
  };

  const ended = loop();
  return {
    facts: () => facts,
    ready: async (tries) => {
      let left = tries;
      while (facts.state !== 'ready') {
        if (left === 0 || facts.state === 'stopped') throw readyError(facts);
        hurry.abort();
        await once(changes, 'change');
        if (facts.state === 'waiting') left -= 1;
      }
    },
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

const readyError = ({ name, lastError }: KeptFacts): Error =>
  lastError === undefined ? new Error(`${name} was stopped`) : new H2gError(lastError);
