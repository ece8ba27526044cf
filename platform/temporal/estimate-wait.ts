import { LANES, type Lane } from '../../domain/run-spec.ts';
import { LANE_ATTRIBUTE, SEGMENT_SLIDE } from '../../domain/segment-slide.ts';
import type { TemporalLink } from './connect-temporal.ts';
import { endsPerSecond, type Span } from './ends-per-second.ts';
import { rememberFor } from './remember-for.ts';

/** A run that waits for a place in detection, or before it. */
export interface WaitingRun {
  readonly lane: Lane;
  readonly startedAt: Date;
}

/** Seconds until the run will have ended, if runs go on ending as they did of late while there were any; undefined where too few have ended to say. */
export type EstimateWait = (run: WaitingRun) => Promise<number | undefined>;

/** The last so many that have ended tell how fast things go. */
const ENDED_LOOKED_AT = 20;
const LATELY_MS = 30 * 60_000;
/** Whoever follows a run looks three times a second; these answers change more slowly. */
const ANSWERS_HOLD_MS = 5_000;

/** From what the server lists: how many runs of the lane and those above began before it, and how fast such runs have ended of late. */
export function createEstimateWait(link: TemporalLink): EstimateWait {
  const count = rememberFor(ANSWERS_HOLD_MS, async (query: string) => (await link.client.workflow.count(query)).count);
  const ended = rememberFor(ANSWERS_HOLD_MS, (lane: Lane) => endedOfLate(link, lane));
  return async ({ lane, startedAt }) => {
    const perSecond = endsPerSecond(await ended(lane), { startMs: startedAt.getTime(), endMs: Date.now() });
    if (perSecond === undefined) return undefined;
    const earlier = `StartTime < '${startedAt.toISOString()}'`;
    const before = await count(`${runsOf(lane)} AND ExecutionStatus = 'Running' AND ${earlier}`);
    return (before + 1) / perSecond;
  };
}

/** Runs of the lane and of those above it. */
function runsOf(lane: Lane): string {
  const lanes = LANES.slice(0, LANES.indexOf(lane) + 1).map((name) => `'${name}'`);
  return `WorkflowType = '${SEGMENT_SLIDE}' AND ${LANE_ATTRIBUTE} IN (${lanes.join(', ')})`;
}

/** Those that ended last, though not long ago. */
async function endedOfLate({ client }: TemporalLink, lane: Lane): Promise<Span[]> {
  const since = new Date(Date.now() - LATELY_MS).toISOString();
  const query = `${runsOf(lane)} AND ExecutionStatus = 'Completed' AND CloseTime > '${since}'`;
  const ended: Span[] = [];
  for await (const { startTime, closeTime } of client.workflow.list({ query, pageSize: ENDED_LOOKED_AT })) {
    if (closeTime !== undefined) ended.push({ startMs: startTime.getTime(), endMs: closeTime.getTime() });
    if (ended.length === ENDED_LOOKED_AT) break;
  }
  return ended;
}
