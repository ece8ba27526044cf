import { describe, expect, it } from 'vitest';
import { followRun } from '../../../apps/cli/run/follow-run.ts';
import { H2gError } from '../../../domain/error.ts';
import type { RunProgress, RunState } from '../../../platform/run-client.ts';

const RUNNING: RunState = { kind: 'running', stage: 'detecting', paused: false };
const away = new H2gError({ code: 'control-unreachable', message: 'Temporal is away.', hint: 'Wait.' });

/** A server that answers these, one after another, the last one for ever. */
function answers(...states: (RunState | Error)[]) {
  let next = 0;
  const progress = async (runId: string): Promise<RunProgress> => {
    const state = states[Math.min(next++, states.length - 1)];
    if (state === undefined || state instanceof Error) throw state ?? new Error('no answer');
    const cells = { done: 0, total: 0, failed: 0 };
    return { runId, slideName: 's.svs', lane: 'routine', state, cells, startedAt: new Date(0), closedAt: undefined };
  };
  return { progress };
}

function follow(runs: ReturnType<typeof answers>, { signal = new AbortController().signal, patienceMs = 60_000 } = {}) {
  const seen: string[] = [];
  const options = {
    runId: 'r',
    signal,
    patienceMs,
    onProgress: ({ state }: RunProgress) => void seen.push(state.kind),
    onTrouble: (message: string) => void seen.push(message),
  };
  return { seen, end: followRun(runs, options) };
}

describe('followRun', () => {
  it('ends with the run, and waits for servers that are away for a while', async () => {
    const { seen, end } = follow(answers(RUNNING, away, RUNNING, { kind: 'finished', outcome: 'no-tissue' }));
    expect((await end).state).toEqual({ kind: 'finished', outcome: 'no-tissue' });
    expect(seen).toEqual(['running', 'Temporal is away.', 'running']);
  });

  it('loses patience with servers that stay away', async () => {
    await expect(follow(answers(away), { patienceMs: -1 }).end).rejects.toBe(away);
  });

  it('throws what the run failed of', async () => {
    const error = { code: 'slide-changed', message: 'It changed.', hint: 'Again.' } as const;
    await expect(follow(answers({ kind: 'failed', error })).end).rejects.toMatchObject(error);
  });

  it('throws for a cancelled run', async () => {
    await expect(follow(answers({ kind: 'cancelled' })).end).rejects.toMatchObject({ code: 'run-cancelled' });
  });

  it('does not wait for a run that is not there', async () => {
    const missing = new H2gError({ code: 'run-missing', message: 'm', hint: 'h' });
    await expect(follow(answers(missing)).end).rejects.toBe(missing);
  });

  it('ends at once on an abort', async () => {
    const controller = new AbortController();
    const { end } = follow(answers(RUNNING), { signal: controller.signal });
    controller.abort();
    await expect(end).rejects.toMatchObject({ name: 'AbortError' });
  });
});
