/** What a log line or a span says of whose step this is. @example idsOf({ workflowId: 'run/0a1b' }) // { runId: '0a1b' } */
export function idsOf({ workflowId }: { readonly workflowId: string }): Readonly<Record<string, string | undefined>> {
  const [kind, id] = workflowId.split('/');
  if (kind === 'run') return { runId: id };
  return kind === 'cohort' ? { cohortId: id } : { workflowId };
}
