import { pino } from 'pino';
import { asH2gError } from '../../../domain/error.ts';
import { supervise } from './supervise.ts';
import { HELD_EXIT_CODE } from './supervisor-exit.ts';
import { SupervisorSettings } from './supervisor-settings.ts';

const log = pino({ base: { pid: process.pid } });
const ending = new AbortController();
process.on('SIGTERM', () => ending.abort());
process.on('SIGINT', () => ending.abort());

try {
  const settings = SupervisorSettings.parse(JSON.parse(process.argv[2] ?? ''));
  const outcome = await supervise(settings, log, ending.signal);
  process.exit(outcome === 'held' ? HELD_EXIT_CODE : 0);
} catch (error) {
  log.fatal({ error: asH2gError(error).facts }, 'Supervisor:Failed');
  process.exit(1);
}
