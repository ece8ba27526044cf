import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessExit } from '../../infra/local/spawn-logged.ts';

export type Role = 'detector' | 'orchestrator' | 'nats' | 'minio' | 'temporal';

interface Running {
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
}

export interface VictimExit extends ProcessExit {
  readonly pid: number;
  readonly atMs: number;
}

/** As long as a supervisor or a kubelet takes to notice. */
const RESTART_AFTER_MS = 500;

/** A process that is started again whenever it ends, as a supervisor or Kubernetes would. */
export class Victim {
  readonly name: string;
  readonly role: Role;
  readonly exits: VictimExit[] = [];
  /** Starts that failed, in its own words. */
  readonly failedStarts: string[] = [];
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #closing = new AbortController();
  readonly #loop: Promise<void>;
  #pid: number | undefined;

  constructor(who: { name: string; role: Role }, start: (signal: AbortSignal) => Promise<Running>) {
    this.name = who.name;
    this.role = who.role;
    this.#loop = this.#keepRunning(start);
  }

  /** Undefined while it is not up. */
  get pid(): number | undefined {
    return this.#pid;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#pid !== undefined) process.kill(this.#pid, signal);
  }

  /** Resolves when it is up, be it another process than before. */
  async up(): Promise<void> {
    while (this.#pid === undefined) {
      this.#closing.signal.throwIfAborted();
      await once(this.#changes, 'change');
    }
  }

  /** Resolves with the end of this process of it, if it has not ended already. */
  async exitOf(pid: number): Promise<VictimExit> {
    for (;;) {
      const exit = this.exits.find((one) => one.pid === pid);
      if (exit !== undefined) return exit;
      await once(this.#changes, 'change');
    }
  }

  /** Asks this process of it to end, and ends it where it does not within the grace time. */
  async end(pid: number, graceMs: number): Promise<VictimExit> {
    this.signal('SIGTERM');
    const giveUp = setTimeout(() => this.signal('SIGKILL'), graceMs);
    const exit = await this.exitOf(pid);
    clearTimeout(giveUp);
    return exit;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.signal('SIGKILL');
    await this.#loop;
  }

  async #keepRunning(start: (signal: AbortSignal) => Promise<Running>): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        const { pid, exited } = await start(signal);
        this.#pid = pid;
        this.#changes.emit('change');
        if (signal.aborted) process.kill(pid, 'SIGKILL');
        const exit = await exited;
        this.#pid = undefined;
        this.exits.push({ ...exit, pid, atMs: Date.now() });
      } catch (thrown) {
        if (!signal.aborted) this.failedStarts.push(thrown instanceof Error ? thrown.message : String(thrown));
      }
      this.#changes.emit('change');
      await delay(RESTART_AFTER_MS, undefined, { signal }).catch(() => undefined);
    }
    this.#changes.emit('change');
  }
}
