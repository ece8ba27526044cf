import type { WorkflowExecutionInfo } from '@temporalio/client';
import type { TemporalLink } from './connect-temporal.ts';

/** Those under way, then those that ended last, as the server lists them. What was started again has several executions; the newest counts. */
export async function newestExecutions(
  { client }: TemporalLink,
  query: string,
  limit: number,
): Promise<WorkflowExecutionInfo[]> {
  const newest = new Map<string, WorkflowExecutionInfo>();
  const listed = client.workflow.list({ query, pageSize: limit });
  for await (const info of listed) {
    if (newest.size >= limit) break;
    const known = newest.get(info.workflowId);
    if (known === undefined || known.startTime < info.startTime) newest.set(info.workflowId, info);
  }
  return [...newest.values()];
}
