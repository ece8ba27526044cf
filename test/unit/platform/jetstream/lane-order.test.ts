import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LANES, type Lane } from '../../../../domain/run-spec.ts';
import { createLaneOrder } from '../../../../platform/jetstream/lane-order.ts';

/** Takes batches as a worker does, from lanes that hold so many. */
function take(count: number, waiting: Record<Lane, number>, order = createLaneOrder()): Lane[] {
  const left = { ...waiting };
  const taken: Lane[] = [];
  while (taken.length < count) {
    const lane = order.next().find((candidate) => {
      if (left[candidate] > 0) return true;
      order.foundEmpty(candidate);
      return false;
    });
    if (lane === undefined) return taken;
    left[lane] -= 1;
    order.served(lane);
    taken.push(lane);
  }
  return taken;
}

describe('lane order', () => {
  it('is the lanes in their order at first', () => {
    expect(createLaneOrder().next()).toEqual(['stat', 'routine', 'research']);
  });

  it('gives a waiting lower lane at least every ninth batch', () => {
    const taken = take(18, { stat: 100, routine: 100, research: 0 });
    expect(taken.map((lane) => lane[0]).join('')).toBe('ssssssssrssssssssr');
  });

  it('starves nobody while all lanes are full', () => {
    const taken = take(1_000, { stat: 10_000, routine: 10_000, research: 10_000 });
    const share = (lane: Lane): number => taken.filter((other) => other === lane).length / 1_000;
    expect(share('stat')).toBeGreaterThan(0.7);
    expect(share('routine')).toBeGreaterThan(0.05);
    expect(share('research')).toBeGreaterThan(0.05);
  });

  it('never lets the first STAT batch wait for an old debt', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.boolean(), (before, withRoutine) => {
        const order = createLaneOrder();
        take(before, { stat: 0, routine: withRoutine ? 1_000 : 0, research: 1_000 }, order);
        expect(take(1, { stat: 1, routine: 1_000, research: 1_000 }, order)).toEqual(['stat']);
      }),
    );
  });

  it('is always every lane once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...LANES), fc.constantFrom('served' as const, 'foundEmpty' as const))),
        (events) => {
          const order = createLaneOrder();
          for (const [lane, event] of events) order[event](lane);
          expect([...order.next()].sort()).toEqual([...LANES].sort());
        },
      ),
    );
  });

  it('keeps the turn of a lane whose batch went back unstarted', () => {
    const order = createLaneOrder();
    take(8, { stat: 8, routine: 0, research: 0 }, order);
    for (let time = 0; time < 3; time++) {
      const takeBack = order.served('routine');
      takeBack();
      expect(order.next()[0]).toBe('routine');
    }
    order.served('routine');
    expect(order.next().indexOf('routine')).toBeGreaterThan(order.next().indexOf('stat'));
  });
});
