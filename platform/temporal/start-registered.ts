import { setTimeout as delay } from 'node:timers/promises';
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import type { Lane } from '../../domain/run-spec.ts';
import { LANE_ATTRIBUTE } from '../../domain/segment-slide.ts';
import type { TemporalLink } from './connect-temporal.ts';
import { innermostMessage, isGrpc } from './control-error.ts';
import { ensureSearchAttributes } from './ensure-search-attributes.ts';

const LANE_KEY = defineSearchAttributeKey(LANE_ATTRIBUTE, 'KEYWORD');

export const laneOf = (lane: Lane): SearchAttributePair[] => [{ key: LANE_KEY, value: lane }];

/** It took 19 ms on the dev server; clusters read their settings anew every few seconds. */
const KNOWN_AFTER_MS = [0, 20, 200, 1_000, 5_000];

/** A server that does not know our search attribute refuses every start: it is told, and knows it moments later. */
export async function startRegistered<T>(link: TemporalLink, start: () => Promise<T>): Promise<T> {
  for (const waitMs of KNOWN_AFTER_MS) {
    await delay(waitMs);
    try {
      return await link.promptly(start);
    } catch (thrown) {
      if (!isUnregistered(thrown)) throw thrown;
      if (waitMs === 0) await ensureSearchAttributes(link.connection, link.client.options.namespace);
    }
  }
  return link.promptly(start);
}

const isUnregistered = (thrown: unknown): boolean =>
  isGrpc(thrown, 'INVALID_ARGUMENT') && innermostMessage(thrown).includes(LANE_ATTRIBUTE);
