import { NO_BYTES } from '../domain/byte-source.ts';
import { failedBatches, gather, mend, type BatchScores, type Gathered } from '../domain/gathered.ts';
import { followBatches, type Following, type FollowTools } from './follow-batches.ts';

/** All that detection found; of a run that is replayed the batches with failed cells are done again, and the rest is that of `before`. */
export async function gatherScores(
  tools: FollowTools,
  { before, ...following }: Omit<Following, 'kept'> & { readonly before: Gathered | undefined },
): Promise<Gathered> {
  if (before === undefined) return gather(following.plan, (await followBatches(tools, following)).scored);
  const again = failedBatches(before);
  const { scored } = await followBatches(tools, { ...following, kept: keptScores(before, again) });
  return mend(before, new Map([...scored].filter(([batch]) => again.has(batch))));
}

/** As if a detector said them: for counts and pictures on the way, in which who computed them does not matter. */
const keptScores = ({ runId, batches }: Gathered, except: ReadonlySet<number>): BatchScores[] =>
  [...batches.entries()]
    .filter(([batch]) => !except.has(batch))
    .map(([batch, scores]) => ({
      kind: 'scored',
      runId,
      batch,
      worker: '',
      scores,
      failed: [],
      provider: 'none',
      seconds: 0,
      bytes: NO_BYTES,
    }));
