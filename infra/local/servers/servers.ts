import { MINIO } from './minio.ts';
import { NATS } from './nats.ts';
import type { ServerDefinition, ServerName } from './server-definition.ts';
import { TEMPORAL } from './temporal.ts';
import { VERSITYGW } from './versitygw.ts';

export const SERVERS: Record<ServerName, ServerDefinition> = {
  temporal: TEMPORAL,
  nats: NATS,
  minio: MINIO,
  versitygw: VERSITYGW,
};
