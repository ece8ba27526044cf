import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Journal, type Scored } from './journal.ts';

/** Every computation of a batch that the detectors of a local stack have told of in their logs. */
export async function readScored(home: string): Promise<readonly Scored[]> {
  const logs = join(home, 'logs');
  const names = (await readdir(logs)).filter((name) => name.startsWith('detector-') && name.endsWith('.log'));
  const journal = new Journal(names.map((name) => join(logs, name)));
  journal.catchUp();
  return journal.scored;
}
