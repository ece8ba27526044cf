import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createRoom } from '../../../workers/detector/room.ts';

/** Work that says when it begins and ends when it is told to. */
function workshop(): { log: string[]; work: (name: string) => () => Promise<string>; end: (name: string) => void } {
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    log,
    work: (name) => async () => {
      log.push(name);
      await new Promise<void>((resolve) => ends.set(name, resolve));
      log.push(`${name} ended`);
      return name;
    },
    end: (name) => ends.get(name)?.(),
  };
}

describe('a room', () => {
  it('has many at work together', async () => {
    const room = createRoom();
    const { log, work, end } = workshop();
    const both = Promise.all([room.together(work('a')), room.together(work('b'))]);
    await turn();
    expect(log).toEqual(['a', 'b']);
    end('b');
    end('a');
    expect(await both).toEqual(['a', 'b']);
  });

  it('lets the one alone begin when all have ended, and the others when it has', async () => {
    const room = createRoom();
    const { log, work, end } = workshop();
    const all = [room.together(work('a')), room.alone(work('alone')), room.together(work('b'))];
    await turn();
    expect(log).toEqual(['a']);
    end('a');
    await turn();
    expect(log).toEqual(['a', 'a ended', 'alone']);
    end('alone');
    await turn();
    expect(log.slice(3)).toEqual(['alone ended', 'b']);
    end('b');
    expect(await Promise.all(all)).toEqual(['a', 'alone', 'b']);
  });

  it('lets two that want to be alone in one after the other, also where the first fails', async () => {
    const room = createRoom();
    const { log, work, end } = workshop();
    const failing = room.alone(async () => {
      log.push('failing');
      throw new Error('no');
    });
    const second = room.alone(work('second'));
    const third = room.together(work('third'));
    await expect(failing).rejects.toThrow('no');
    await turn();
    expect(log).toEqual(['failing', 'second']);
    end('second');
    await second;
    await turn();
    end('third');
    expect(await third).toBe('third');
  });
});
