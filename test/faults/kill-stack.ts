import { setTimeout as delay } from 'node:timers/promises';
import { readHolder } from '../../infra/local/supervisor/home-holder.ts';
import { isAlive, type ProcessIdentity } from '../../infra/local/supervisor/process-identity.ts';
import { stackFolders } from '../../infra/local/supervisor/stack-folders.ts';
import { readStackRecord } from '../../infra/local/supervisor/stack-record.ts';

const GONE_EVERY_MS = 10;

/** SIGKILLs the supervisor of a home, and all servers and workers that it had started. @returns how many processes those were */
export async function killStack(home: string): Promise<number> {
  const folders = stackFolders(home);
  const holder = readHolder(folders);
  const killed = holder === undefined ? [] : [kill(holder)];
  // It starts nothing any more, so what is on record now is all there is.
  for (const one of Object.values(readStackRecord(folders.record).processes)) if (isAlive(one)) killed.push(kill(one));
  while (killed.some(isAlive)) await delay(GONE_EVERY_MS);
  return killed.length;
}

function kill(one: ProcessIdentity): ProcessIdentity {
  process.kill(one.pid, 'SIGKILL');
  return one;
}
