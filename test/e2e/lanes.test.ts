import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Lane, RunSpec } from '../../domain/run-spec.ts';
import { workflowIdOf } from '../../domain/segment-slide.ts';
import { runIdOf } from '../../platform/digest.ts';
import type { RunClient } from '../../platform/run-client.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { writeSlowBundle } from '../fixtures/slow-bundle.ts';
import { eventually } from './mid-run.ts';
import { openSite, type LogLine, type Site } from './site.ts';

const ROUTINE_RUNS = 500;
const STARTS_AT_ONCE = 20;
/** Batches of about half a second. */
const WINDOW_PX = 35;
/** Routine batches begun after STAT's were in the queue: one was being taken just then, and a pull may have had no answer on a machine whose cores are all at work. */
const BEGUN_BEFORE_IT = 2;
/** From when a step is put into its queue until a worker has taken it; those of the routine runs wait for minutes. */
const STEP_WAITS_SECONDS = 15;

/** One slide, asked five hundred and three different questions: the queue of a department at night, and what comes before it. */
describe('a STAT slide behind five hundred routine ones', () => {
  let site: Site;
  let runs: RunClient;
  let spec: RunSpec;
  let routine: string[];
  let research: string;
  let questions = 0;

  const start = async (lane: Lane, submitter: string): Promise<string> => {
    const another = { ...spec, options: { ...spec.options, minCoverage: 0.5 - (questions += 1) / 10_000 } };
    const runId = runIdOf(another);
    await runs.start(runId, another, lane, { submitter });
    return runId;
  };

  const linesOf = async (event: string, runId: string): Promise<LogLine[]> =>
    (await site.lines()).filter((line) => line.event === event && line.runId === runId);
  const startsOf = (runId: string): Promise<LogLine[]> => linesOf('TileBatch:Started', runId);
  const firstStart = (runId: string): Promise<LogLine> =>
    eventually(`a batch of run ${runId} in work`, async () => (await startsOf(runId))[0]);

  beforeAll(async () => {
    site = await openSite((dir) => writeSlowBundle(dir, { windowPx: WINDOW_PX }));
    ({ runs } = site);
    await Promise.all([site.start('orchestrator'), site.start('detector')]);
    const path = site.path('slide.tif');
    await paintSyntheticSlide({ path, widthPx: 1_536, heightPx: 1_536, mpp: 1, seed: 5 });
    spec = await site.specOf(path);
    routine = [];
    while (routine.length < ROUTINE_RUNS)
      routine.push(...(await Promise.all(Array.from({ length: STARTS_AT_ONCE }, () => start('routine', 'night')))));
    research = await start('research', 'study');
    await firstStart(routine[0] ?? '');
  });

  afterAll(() => site?.[Symbol.asyncDispose]());

  it('has its first batch in work next, and no step of it waits', async () => {
    const runId = await start('stat', 'frozen-sections');
    const begun = await firstStart(runId);
    const dispatched = (await site.lines()).find(
      ({ event, lane }) => event === 'TileBatches:Dispatched' && lane === 'stat',
    );
    const between = (await site.lines()).filter(
      ({ event, lane, time }) =>
        event === 'TileBatch:Started' && lane === 'routine' && time > (dispatched?.time ?? '') && time < begun.time,
    );
    expect(dispatched).toBeDefined();
    expect(between.length).toBeLessThanOrEqual(BEGUN_BEFORE_IT);
    await runs.result(runId);
    for (const [step, waited] of await waitsOf(site, runId)) expect(waited, step).toBeLessThan(STEP_WAITS_SECONDS);
    expect(await openRuns(site)).toBeGreaterThan(ROUTINE_RUNS * 0.6);
  });

  it('overtakes from within the queue when it is made one by set-lane', async () => {
    const runId = routine[ROUTINE_RUNS / 2] ?? '';
    await eventually('its step in the queue', async () => ((await queuedSteps(site, runId)) > 0 ? true : undefined));
    expect((await runs.progress(runId)).lane).toBe('routine');
    await runs.setLane(runId, 'stat');
    await runs.result(runId);
    expect(await openRuns(site)).toBeGreaterThan(ROUTINE_RUNS * 0.6);
  });

  it('does not keep a research slide from its share', async () => {
    await firstStart(research);
    expect(await openRuns(site)).toBeGreaterThan(ROUTINE_RUNS * 0.5);
  });

  it('and all the others are told how long they will wait', async () => {
    const detecting = await eventually('a run that knows what goes before it', async () => {
      const progress = await Promise.all(routine.slice(0, 60).map((runId) => runs.progress(runId)));
      return progress.find(({ batchesAhead = 0, etaSeconds }) => batchesAhead > 0 && etaSeconds !== undefined);
    });
    expect(detecting.etaSeconds).toBeGreaterThan(1);
    const waiting = await eventually('a run that knows how long it waits for its place', async () => {
      const progress = await runs.progress(routine.at(-2) ?? '');
      return progress.etaSeconds === undefined ? undefined : progress;
    });
    expect(waiting.state).toMatchObject({ stage: 'waiting' });
    expect(waiting.etaSeconds).toBeGreaterThan(detecting.etaSeconds ?? Infinity);
  });
});

const handleOf = ({ link }: Site, runId: string) => link.client.workflow.getHandle(workflowIdOf(runId));

const queuedSteps = async (site: Site, runId: string): Promise<number> =>
  (await handleOf(site, runId).describe()).raw.pendingActivities?.length ?? 0;

const openRuns = async ({ link }: Site): Promise<number> =>
  (await link.client.workflow.count("ExecutionStatus = 'Running'")).count;

/** How long each step of the run was in its queue, in seconds. */
async function waitsOf(site: Site, runId: string): Promise<[step: string, seconds: number][]> {
  const { events } = await handleOf(site, runId).fetchHistory();
  const secondsOf = (event: NonNullable<typeof events>[number] | undefined): number =>
    Number(event?.eventTime?.seconds ?? 0) + (event?.eventTime?.nanos ?? 0) / 1e9;
  return (events ?? []).flatMap((event): [string, number][] => {
    const scheduled = event.activityTaskStartedEventAttributes?.scheduledEventId;
    if (scheduled === undefined || scheduled === null) return [];
    const before = events?.find(({ eventId }) => String(eventId) === String(scheduled));
    const name = before?.activityTaskScheduledEventAttributes?.activityType?.name ?? '';
    return [[name, secondsOf(event) - secondsOf(before)]];
  });
}
