import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { H2gError } from '../../../domain/error.ts';
import { logTail } from '../../../infra/local/log-tail.ts';
import { boundLogs } from '../../../infra/local/supervisor/bound-logs.ts';
import { backoffMs, keepRunning, type Running } from '../../../infra/local/supervisor/keep-running.ts';
import { endProcess, identify, isAlive } from '../../../infra/local/supervisor/process-identity.ts';
import { socketPath } from '../../../infra/local/supervisor/stack-folders.ts';
import { createLeases } from '../../../infra/local/supervisor/stack-leases.ts';
import { openStackLedger } from '../../../infra/local/supervisor/stack-record.ts';
import { storeCredentials } from '../../../infra/local/supervisor/store-credentials.ts';
import type { ProcessExit } from '../../../infra/local/spawn-logged.ts';

const folder = mkdtempSync(join(tmpdir(), 'h2g-supervisor-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a process’s identity', () => {
  it('tells a living process from one that took over its id, and from its unreaped remains', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const identity = identify(child.pid ?? 0);
    if (identity === undefined) throw new Error('the child is not found');
    expect(isAlive(identity)).toBe(true);
    expect(isAlive({ ...identity, startedAt: 'another time' })).toBe(false);
    const exited = once(child, 'exit');
    await endProcess(identity, 5_000);
    expect(isAlive(identity)).toBe(false);
    expect((await exited)[1]).toBe('SIGTERM');
  });

  it('kills what does not listen', async () => {
    const child = spawn(process.execPath, [
      '-e',
      'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)',
    ]);
    await once(child.stdout, 'data');
    const identity = identify(child.pid ?? 0);
    const exited = once(child, 'exit');
    if (identity !== undefined) await endProcess(identity, 50);
    expect((await exited)[1]).toBe('SIGKILL');
  });
});

describe('leases', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const leasesWith = (standing = false) => {
    const onIdle = vi.fn<() => void>();
    return { onIdle, leases: createLeases({ standing, lingerMs: 2_000, firstWaitMs: 15_000, onIdle }) };
  };

  it('end the stack some time after the last command, and not while one is there', () => {
    const { onIdle, leases } = leasesWith();
    const [first, second] = [new AbortController(), new AbortController()];
    leases.hold(first.signal);
    leases.hold(second.signal);
    first.abort();
    vi.advanceTimersByTime(60_000);
    expect(onIdle).not.toHaveBeenCalled();
    second.abort();
    vi.advanceTimersByTime(1_999);
    const third = new AbortController();
    leases.hold(third.signal);
    vi.advanceTimersByTime(60_000);
    expect(onIdle).not.toHaveBeenCalled();
    third.abort();
    vi.advanceTimersByTime(2_000);
    expect(onIdle).toHaveBeenCalledOnce();
  });

  it('end a stack that nobody ever came for', () => {
    const { onIdle } = leasesWith();
    vi.advanceTimersByTime(14_999);
    expect(onIdle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onIdle).toHaveBeenCalledOnce();
  });

  it.each([true, false])('never end a standing one (from the beginning: %s)', (standing) => {
    const { onIdle, leases } = leasesWith(standing);
    if (!standing) leases.stand();
    const command = new AbortController();
    leases.hold(command.signal);
    command.abort();
    vi.advanceTimersByTime(1_000_000);
    expect(onIdle).not.toHaveBeenCalled();
  });
});

describe('keeping a process running', () => {
  it('waits longer each time, up to half a minute', () => {
    expect([1, 2, 3, 6, 20].map((failures) => backoffMs(1_000, failures))).toEqual([
      1_000, 2_000, 4_000, 30_000, 30_000,
    ]);
  });

  /** A process by hand: `die` is its end. */
  function handmade() {
    let die: (exit: ProcessExit) => void = () => {};
    const starts = vi.fn<() => void>();
    const start = async (): Promise<Running> => {
      starts();
      const exited = new Promise<ProcessExit>((resolve) => (die = resolve));
      return { pid: 1, exited, stop: async () => die({ code: 0, signal: null }) };
    };
    return { start, starts, die: () => die({ code: 3, signal: null }) };
  }

  it('starts it again when it ends, and not when it was told to', async () => {
    const process = handmade();
    const kept = keepRunning({ name: 'x', start: process.start, firstBackoffMs: 1, onChange: () => {} });
    await kept.ready(1);
    process.die();
    await vi.waitFor(() => expect(process.starts).toHaveBeenCalledTimes(2));
    await kept.ready(1);
    expect(kept.facts()).toMatchObject({
      state: 'ready',
      restarts: 1,
      lastError: { message: 'x ended by itself (exit code 3)' },
    });
    await kept.stop();
    expect(kept.facts().state).toBe('stopped');
    expect(process.starts).toHaveBeenCalledTimes(2);
  });

  it('tells who waits why it does not come up, after as many tries as asked for', async () => {
    const start = vi
      .fn<() => Promise<Running>>()
      .mockRejectedValue(new H2gError({ code: 'disk-full', message: 'no space', hint: 'free some' }));
    const kept = keepRunning({ name: 'x', start, firstBackoffMs: 60_000, onChange: () => {} });
    await expect(kept.ready(3)).rejects.toMatchObject({ code: 'disk-full', message: 'no space', hint: 'free some' });
    expect(start).toHaveBeenCalledTimes(3);
    await kept.stop();
  });
});

describe('what lies in the home folder', () => {
  it('keeps the store’s keys, random and for their owner only', () => {
    const [path, other] = [join(folder, 'a.json'), join(folder, 'b.json')];
    const keys = storeCredentials(path);
    expect(storeCredentials(path)).toEqual(keys);
    expect(storeCredentials(other)).not.toEqual(keys);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('records what runs, and refuses a record it cannot read instead of forgetting the servers in it', () => {
    const path = join(folder, 'stack.json');
    openStackLedger(path).addProcess('self', process.pid);
    expect(openStackLedger(path).record.processes['self']).toEqual(identify(process.pid));
    writeFileSync(path, '{"schema":"h2g-st');
    expect(() => openStackLedger(path)).toThrow(H2gError);
    expect(() => openStackLedger(path)).toThrow(path);
  });

  it('has a socket path that fits, however deep the home lies', () => {
    expect(socketPath('/home/a')).toBe('/home/a/supervisor.sock');
    const deep = `/home/${'ä'.repeat(60)}`;
    expect(Buffer.byteLength(socketPath(deep))).toBeLessThanOrEqual(100);
    expect(socketPath(deep)).not.toBe(socketPath(`${deep}/b`));
  });

  it('keeps logs short, and their writers go on', async () => {
    const log = join(folder, 'x.log');
    writeFileSync(log, 'old\n'.repeat(100));
    await boundLogs(folder, 400);
    expect(statSync(log).size).toBe(400);
    await boundLogs(folder, 399);
    expect(statSync(log).size).toBe(0);
    expect(readFileSync(`${log}.1`, 'utf8')).toBe('old\n'.repeat(100));
  });

  it('reads the end of a log', async () => {
    const log = join(folder, 'tail.log');
    writeFileSync(log, 'one\ntwo\nthree\n');
    expect(await logTail(log, { lines: 2 })).toEqual(['two', 'three']);
    expect(await logTail(log, { fromByte: 8 })).toEqual(['three']);
    expect(await logTail(log, { fromByte: 14 })).toEqual([]);
    expect(await logTail(join(folder, 'none.log'))).toEqual([]);
  });
});
