import { H2gError } from '../domain/error.ts';
import { planKey } from '../domain/keys.ts';
import type { ObjectStore } from '../domain/object-store.ts';
import { Plan } from '../domain/plan.ts';

/** @throws H2gError `plan-missing` */
export async function loadPlan(store: ObjectStore, runId: string): Promise<Plan> {
  const key = planKey(runId);
  const bytes = await store.find(key);
  if (bytes === undefined)
    throw new H2gError({
      code: 'plan-missing',
      message: `The plan of run ${runId} is gone (${store.bucket}/${key}).`,
      hint: 'Somebody deleted it in mid-run: start the run again.',
    });
  return Plan.parse(JSON.parse(new TextDecoder().decode(bytes)));
}

export const encodeJson = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value)}\n`);
