import { DISK_FAULTS } from './disk-faults.ts';
import type { Fault } from './fault.ts';
import { LINE_FAULTS } from './line-faults.ts';
import { PROCESS_FAULTS } from './process-faults.ts';
import { QUEUE_FAULTS } from './queue-faults.ts';
import { STEERING_FAULTS } from './steering-faults.ts';

/** Everything that can happen. */
export const FAULTS: readonly Fault[] = [
  ...PROCESS_FAULTS,
  ...LINE_FAULTS,
  ...DISK_FAULTS,
  ...QUEUE_FAULTS,
  ...STEERING_FAULTS,
];
