import { NatsError, type NatsConnection } from 'nats';
import { z } from 'zod';
import { batchOfSubject } from '../../domain/subjects.ts';

const Page = z.object({
  total: z.int().min(0).default(0),
  state: z.object({ subjects: z.record(z.string(), z.int()).optional() }).optional(),
  error: z.object({ code: z.int(), err_code: z.int(), description: z.string() }).optional(),
});

const TIMEOUT_MS = 1_000;

/**
 * The batches that have a message on one of these subjects, by their names alone: no data is moved. The server gives 100,000 names at a
 * time. The pages are asked for here, since the client's own `streams.info` gave 100,000 of 101,000.
 * @throws NatsError, for example where the stream is missing
 */
export async function listBatches(nc: NatsConnection, stream: string, filter: string): Promise<Set<number>> {
  const batches = new Set<number>();
  for (let offset = 0; ;) {
    const { subjects, total } = await listPage(nc, stream, { subjects_filter: filter, offset });
    for (const subject of subjects) batches.add(batchOfSubject(subject));
    offset += subjects.length;
    if (subjects.length === 0 || offset >= total) return batches;
  }
}

async function listPage(
  nc: NatsConnection,
  stream: string,
  request: { subjects_filter: string; offset: number },
): Promise<{ subjects: string[]; total: number }> {
  const options = { timeout: TIMEOUT_MS };
  const answer = await nc.request(`$JS.API.STREAM.INFO.${stream}`, JSON.stringify(request), options);
  const { total, state, error } = Page.parse(answer.json());
  if (error !== undefined) {
    const refusal = new NatsError(error.description, String(error.code));
    refusal.api_error = error;
    throw refusal;
  }
  return { subjects: Object.keys(state?.subjects ?? {}), total };
}
