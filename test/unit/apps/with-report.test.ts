import { describe, expect, it } from 'vitest';
import { runAsJson, runLines } from '../../../apps/cli/runs/describe-run.ts';
import { withReport } from '../../../apps/cli/runs/with-report.ts';
import type { RunProgress, RunState } from '../../../platform/run-client.ts';
import { RUN_ID, sampleReport } from './sample-report.ts';

const ERROR = { code: 'slide-changed', message: 's.svs has changed.', hint: 'Run it anew.' } as const;
const FAILED: RunState = { kind: 'failed', error: ERROR };
const REVIEW = sampleReport({ outcome: 'needs-review', cells: { tissue: 9, analysed: 7, failed: 2 } });

const ended = (state: RunState): RunProgress => ({
  runId: RUN_ID,
  slideName: 's.svs',
  lane: 'routine',
  state,
  startedAt: new Date(2026, 2, 1, 14, 5, 0),
  closedAt: new Date(2026, 2, 1, 14, 5, 4),
});
const textOf = (run: RunProgress): string => runLines(run, new Date()).join('\n');

describe('a run that has ended', () => {
  it('has the cells of its report', () => {
    const told = withReport(ended({ kind: 'finished', outcome: 'needs-review' }), REVIEW);
    expect(told).toMatchObject({ cells: { done: 9, total: 9, failed: 2 } });
    expect(textOf(told)).toMatch(/cells +9 of 9 cells \(100\.0 %\), 2 failed/);
    expect(told).not.toHaveProperty('lastTry');
  });

  it('of a slide without tissue has none, and does not say that they are not known', () => {
    const none = sampleReport({ outcome: 'no-tissue', cells: { tissue: 0, analysed: 0, failed: 0 } });
    expect(textOf(withReport(ended({ kind: 'finished', outcome: 'no-tissue' }), none))).toMatch(/cells +none/);
  });

  it('says nothing of cells where nobody knows them', () => {
    const lost = sampleReport({ outcome: 'failed', cells: { tissue: 0, analysed: 0, failed: 0 }, error: ERROR });
    for (const report of [undefined, lost]) {
      const told = withReport(ended(FAILED), report);
      expect(told.state).toEqual(FAILED);
      expect(runAsJson(told)).not.toHaveProperty('cells');
      expect(textOf(told)).toMatch(/^s\.svs: failed: s\.svs has changed\.[\s\S]*cells +not known[\s\S]*Run it anew\./);
    }
  });

  it('keeps its results when their replay fails or is cancelled, and says so', () => {
    const told = withReport(ended(FAILED), REVIEW);
    expect(runAsJson(told)).toMatchObject({
      state: { kind: 'finished', outcome: 'needs-review' },
      lastTry: { kind: 'failed', error: ERROR },
      cells: { done: 9, total: 9, failed: 2 },
    });
    expect(textOf(told)).toMatch(
      /^s\.svs: finished: needs-review\n[\s\S]*last try +failed: s\.svs has changed\.\n +the results are those of before it\n +what to do +Run it anew\./,
    );
    expect(textOf(withReport(ended({ kind: 'cancelled' }), REVIEW))).toMatch(
      /^s\.svs: finished: needs-review\n[\s\S]*last try +cancelled\n/,
    );
  });
});

it('a paused run says why its cells are not known', () => {
  const paused: RunState = { kind: 'running', stage: 'detecting', paused: true };
  expect(textOf({ ...ended(paused), closedAt: undefined })).toMatch(/cells +not known while it is paused/);
});
