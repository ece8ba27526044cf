import { LANES, type Lane } from '../../domain/run-spec.ts';
import { LANE_ATTRIBUTE, SEGMENT_SLIDE } from '../../domain/segment-slide.ts';
import type { TemporalLink } from './connect-temporal.ts';
import { rememberFor } from './remember-for.ts';

/** A run that waits for a place. */
export interface WaitingRun {
  readonly lane: Lane;
  readonly startedAt: Date;
}

/** Seconds until the run will have ended, if runs go on ending as of late; undefined where too few have ended to say. */
export type EstimateWait = (run: WaitingRun) => Promise<number | undefined>;

/** The last so many that have ended tell how fast things go. */
const ENDED_LOOKED_AT = 20;
/** Fewer are chance. */
const ENDED_NEEDED = 3;
const LATELY_MS = 30 * 60_000;
/** Whoever follows a run looks three times a second; these answers change more slowly. */
const ANSWERS_HOLD_MS = 5_000;

/** From what the server lists: how many runs of the lane and those above began before it, and how fast such runs have ended of late. */
export function createEstimateWait(link: TemporalLink): EstimateWait {
  const count = rememberFor(ANSWERS_HOLD_MS, async (query: string) => (await link.client.workflow.count(query)).count);
  const pace = rememberFor(ANSWERS_HOLD_MS, (lane: Lane) => endsPerSecond(link, lane));
  return async ({ lane, startedAt }) => {
    const perSecond = await pace(lane);
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

/** From the oldest of the ends looked at until now: a server on which nothing moves any more is slower by the second. */
async function endsPerSecond({ client }: TemporalLink, lane: Lane): Promise<number | undefined> {
  const since = new Date(Date.now() - LATELY_MS).toISOString();
  const query = `${runsOf(lane)} AND ExecutionStatus = 'Completed' AND CloseTime > '${since}'`;
  const endsMs: number[] = [];
  for await (const { closeTime } of client.workflow.list({ query, pageSize: ENDED_LOOKED_AT })) {
    if (closeTime !== undefined) endsMs.push(closeTime.getTime());
    if (endsMs.length === ENDED_LOOKED_AT) break;
  }
  const seconds = (Date.now() - Math.min(...endsMs)) / 1000;
  return endsMs.length < ENDED_NEEDED || seconds <= 0 ? undefined : (endsMs.length - 1) / seconds;
}
