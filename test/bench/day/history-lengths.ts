import { SEGMENT_SLIDE } from '../../../domain/segment-slide.ts';
import type { TemporalLink } from '../../../platform/temporal/connect-temporal.ts';

/** Events of the histories of all runs that the server lists. */
export async function historyLengths({ client }: TemporalLink): Promise<number[]> {
  const lengths: number[] = [];
  const listed = client.workflow.list({ query: `WorkflowType = '${SEGMENT_SLIDE}'`, pageSize: 1_000 });
  for await (const { historyLength } of listed) lengths.push(historyLength);
  return lengths;
}
