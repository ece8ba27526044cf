import { LANES, type Lane } from '../../domain/run-spec.ts';

/** In which order a worker looks into the lanes, so that the highest comes first and none starves. */
export interface LaneOrder {
  next(): readonly Lane[];
  /** A batch was taken from this lane. @returns takes that back, for a batch that was not started after all */
  served(lane: Lane): () => void;
  /** Nothing waited there. */
  foundEmpty(lane: Lane): void;
}

/** So many batches of higher lanes may overtake a lane before it comes first once: at least every ninth batch is its own. */
const OVERTAKEN_AT_MOST = 8;

/**
 * A lane that was overtaken often enough goes before those that overtook it; a higher lane that has not been served meanwhile stays in
 * front, so that the first batch of a STAT slide never waits for an old debt.
 */
export function createLaneOrder(): LaneOrder {
  /** How often each higher lane was served since this one was served or found empty. */
  const overtakings = new Map<Lane, Map<Lane, number>>(LANES.map((lane) => [lane, new Map()]));

  const isDue = (lane: Lane): boolean => {
    const counts = [...(overtakings.get(lane)?.values() ?? [])];
    return counts.reduce((sum, count) => sum + count, 0) >= OVERTAKEN_AT_MOST;
  };
  const wasOvertaken = (lane: Lane, by: Lane): boolean => (overtakings.get(lane)?.get(by) ?? 0) > 0;
  const add = (lane: Lane, by: Lane, count: number): void => {
    const counts = overtakings.get(lane);
    counts?.set(by, Math.max(0, (counts.get(by) ?? 0) + count));
  };
  const addToLower = (lane: Lane, count: number): void => {
    for (const lower of LANES.slice(LANES.indexOf(lane) + 1)) add(lower, lane, count);
  };
  const forget = (lane: Lane): void => overtakings.get(lane)?.clear();

  return {
    next() {
      const order: Lane[] = [];
      for (const lane of LANES) {
        const place = isDue(lane) ? order.findIndex((higher) => wasOvertaken(lane, higher)) : -1;
        order.splice(place === -1 ? order.length : place, 0, lane);
      }
      return order;
    },
    served(lane) {
      const debt = [...(overtakings.get(lane) ?? [])];
      forget(lane);
      addToLower(lane, 1);
      return () => {
        for (const [by, count] of debt) add(lane, by, count);
        addToLower(lane, -1);
      };
    },
    foundEmpty: forget,
  };
}

/** Lanes that go before this one. */
export const lanesAbove = (lane: Lane): readonly Lane[] => LANES.slice(0, LANES.indexOf(lane));
