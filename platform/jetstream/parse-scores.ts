import { Scores } from '../../domain/messages.ts';
import type { Log } from '../log.ts';

/** Undefined for what cannot be read: it is logged, and its batch counts as one without scores, which gathering then does again. */
export function parseScores(data: Uint8Array, log: Log): Scores | undefined {
  try {
    return Scores.parse(JSON.parse(new TextDecoder().decode(data)));
  } catch (error) {
    log.error({ error, bytes: data.length }, 'Scores:Unreadable');
    return undefined;
  }
}
