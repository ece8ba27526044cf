import { describe, expect, it } from 'vitest';
import { requireReport } from '../../../apps/cli/run/read-report.ts';
import { H2gError } from '../../../domain/error.ts';
import { RESULT_FILES, resultKey } from '../../../domain/keys.ts';
import type { RunProgress, RunState } from '../../../platform/run-client.ts';
import { memoryStore } from './memory-store.ts';
import { RUN_ID, sampleReport } from './sample-report.ts';

const runsWith = (state: RunState | undefined) => ({
  progress: async (runId: string): Promise<RunProgress> => {
    if (state === undefined) throw new H2gError({ code: 'run-missing', message: 'no run', hint: 'h' });
    return { runId, slideName: 's.svs', lane: 'routine', state, startedAt: new Date(0), closedAt: undefined };
  },
});

describe('a report that is needed', () => {
  it('is read where it lies, without asking how the run stands', async () => {
    const store = memoryStore({ [resultKey(RUN_ID, RESULT_FILES.report)]: JSON.stringify(sampleReport()) });
    const runs = { progress: () => Promise.reject(new Error('nobody is to ask')) };
    expect((await requireReport({ store, runs }, RUN_ID)).runId).toBe(RUN_ID);
  });

  const error = { code: 'disk-full', message: 'No room.', hint: 'Free some.' } as const;
  it.each<[RunState | undefined, RegExp, RegExp]>([
    [{ kind: 'running', stage: 'detecting', paused: false }, /no results yet: it is under way/, /h2g watch/],
    [{ kind: 'cancelled' }, /was cancelled, so it has no results/, /again with h2g run/],
    [{ kind: 'failed', error }, /failed, so it has no results: No room\./, /Free some\./],
    [{ kind: 'finished', outcome: 'done' }, /not in the store any more/, /h2g run/],
    [undefined, /Neither results nor a run/, /h2g status/],
  ])('and does not lie there, of a run that is %j, says why', async (state, message, hint) => {
    await expect(requireReport({ store: memoryStore({}), runs: runsWith(state) }, RUN_ID)).rejects.toMatchObject({
      code: 'object-missing',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it('and the server that would know why is away, says that', async () => {
    const away = new H2gError({ code: 'control-unreachable', message: 'away', hint: 'h' });
    const runs = { progress: () => Promise.reject(away) };
    await expect(requireReport({ store: memoryStore({}), runs }, RUN_ID)).rejects.toBe(away);
  });
});
