import { cp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultCacheDir } from '../../infra/local/default-folders.ts';
import { provisionServer } from '../../infra/local/provision/provision-server.ts';
import { portOf } from '../../infra/local/servers/server-definition.ts';
import { NATS } from '../../infra/local/servers/nats.ts';
import { startServer } from '../../infra/local/start-server.ts';
import { Scores } from '../../domain/messages.ts';
import { SCORES_STREAM, scoresOfRun, scoresSubject } from '../../domain/subjects.ts';
import { connectNats, type NatsLink } from '../../platform/jetstream/connect-nats.ts';
import { listBatches } from '../../platform/jetstream/list-batches.ts';
import { SILENT_LOG } from '../../platform/log.ts';

/** The batches whose scores a dead nats-server has on disk, read by another one from a copy of its folder. */
export async function readStoredScores(natsFolder: string, runId: string): Promise<Set<number>> {
  const copy = `${natsFolder}-copy`;
  const isThere = await stat(natsFolder).catch(() => undefined);
  if (isThere === undefined) return new Set();
  await cp(natsFolder, copy, { recursive: true });
  const options = { cacheDir: defaultCacheDir(process.env), env: process.env, onProgress: () => undefined };
  const binary = await provisionServer('nats', options);
  const server = await startServer(NATS, { binary, dataDir: copy, logFile: join(copy, 'server.log') });
  try {
    const url = `nats://127.0.0.1:${portOf(server.ports, 'client')}`;
    const link = await connectNats({ url, name: 'reader', log: SILENT_LOG });
    try {
      return await scoredBatches(link, runId);
    } finally {
      await link.close();
    }
  } finally {
    await server.stop();
    await rm(copy, { recursive: true });
  }
}

async function scoredBatches({ nc, jsm }: NatsLink, runId: string): Promise<Set<number>> {
  const streams = await jsm.streams.names().next();
  if (!streams.includes(SCORES_STREAM)) return new Set();
  const scored = new Set<number>();
  for (const batch of await listBatches(nc, SCORES_STREAM, scoresOfRun(runId))) {
    const message = await jsm.streams.getMessage(SCORES_STREAM, { last_by_subj: scoresSubject(runId, batch) });
    if (Scores.parse(message.json()).kind === 'scored') scored.add(batch);
  }
  return scored;
}
